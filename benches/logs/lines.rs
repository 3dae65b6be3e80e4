//! Lines as functions write them, for benches.

/// A line of a Lambda log; every fourth begins an invocation, and so on.
pub(crate) fn line(number: u32, request: u32) -> String {
    let id = format!("8d5958b5-559f-43f3-{:04x}-{request:012x}", request % 65_536);
    let (second, ms) = (number / 1000 % 60, number % 1000);
    match number % 5 {
        0 => format!("START RequestId: {id} Version: $LATEST"),
        1 => format!(
            "2026-11-23T08:{:02}:{second:02}.{ms:03}Z\t{id}\tINFO\tOrder {:05} of customer {} was placed, total {}.{:02} EUR, {} items in the basket",
            number / 60_000 % 60,
            number % 99_991,
            number % 7_919,
            number % 400,
            number % 100,
            number % 9
        ),
        2 if number % 1000 == 2 => format!(
            "2026-11-23T08:{:02}:{second:02}.{ms:03}Z\t{id}\tERROR\tCard declined for order {:05}: the bank said no",
            number / 60_000 % 60,
            number % 99_991
        ),
        2 => format!(
            "2026-11-23T08:{:02}:{second:02}.{ms:03}Z\t{id}\tINFO\tStock of article {} is {} after the order, warehouse north",
            number / 60_000 % 60,
            number % 4_001,
            number % 800
        ),
        3 => format!("END RequestId: {id}"),
        _ => format!(
            "REPORT RequestId: {id}\tDuration: {}.{:02} ms\tBilled Duration: {} ms\tMemory Size: 512 MB\tMax Memory Used: {} MB\t",
            number % 900,
            number % 100,
            number % 900 + 1,
            80 + number % 90
        ),
    }
}
