//! CloudWatch's filter patterns: what passes, and what cannot be read and where.

use super::*;

#[test]
fn patterns_pass_what_the_service_passes() {
    let check = |pattern: &str, message: &str, expected: bool| {
        let filter: Filter = pattern.parse().unwrap_or_else(|mistake: Mistake| panic!("{}", mistake.shown(pattern)));
        assert_eq!(filter.matches(message), expected, "{pattern} on {message}");
    };
    check("", "anything", true);
    check("ERROR", "an ERROR here", true);
    check("ERROR", "an error here", false);
    check("ERROR failed", "failed with ERROR", true);
    check("ERROR failed", "ERROR", false);
    check("?ERROR ?WARN", "WARN x", true);
    check("?ERROR ?WARN", "INFO x", false);
    check("?ERROR x", "x", true);
    check("ERROR -EXIT", "ERROR EXIT", false);
    check("\"card declined\" -\"a b\"", "card declined", true);
    check("\"say \\\"x\\\"\"", "say \"x\"", true);
    check("%ord[0-9]+%", "ord17", true);
    check("%^ord%", "word", false);
    let access = "127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] \"GET /index.html HTTP/1.0\" 404 1534";
    check("[ip, id, user, stamp, request, status, bytes]", access, true);
    check("[ip, id, user, stamp, request, status]", access, false);
    check("[..., status = 4*, bytes]", access, true);
    check("[ip, ..., status = 5*, bytes]", access, false);
    check("[ip, id, user, stamp, request = *html*, status = 404, bytes > 1000]", access, true);
    check("[..., status = 200 || status = 404, bytes >= 1534 && bytes != 7]", access, true);
    check("[w1 = \"ERROR\", ...]", "ERROR x y", true);
    check("[w1 != %ERR%, w2]", "INFO x", true);
    let event = r#"{"level":"ERROR","took":1500.5,"user":{"id":1,"e-mail":"a@b.c"},"tags":["x",{"y":null}],"ok":true,"ip":"10.0.1.2","gone":null}"#;
    check("{ $.level = \"ERROR\" }", event, true);
    check("{ $.level = ERR* }", event, true);
    check("{ $.level != \"ERROR\" }", event, false);
    check("{ $.took > 1.5e3 && $.user.id = 1 }", event, true);
    check("{ ($.took < 5 || $.ok IS TRUE) && $.gone IS NULL }", event, true);
    check("{ $.took < 5 || $.ok IS TRUE && $.gone IS FALSE }", event, false);
    check("{ $.nothing NOT EXISTS }", event, true);
    check("{ $.level NOT EXISTS }", event, false);
    check("{ $.nothing != 5 }", event, false);
    check("{ $.tags[0] = \"x\" && $.tags[1].y IS NULL }", event, true);
    check("{ $.tags[*] = x }", event, true);
    check("{ $.user.[\"e-mail\"] = \"*@b.c\" && $['user'].id = 1 }", event, true);
    check("{ $.ip = 10.0.* }", event, true);
    check("{ $.level = %^ERR% }", event, true);
    check("{ $.level = \"ERROR\" }", "ERROR", false);
}

#[test]
fn mistakes_point_to_their_place() {
    let check = |pattern: &str, at: usize, part: &str| {
        let mistake = pattern.parse::<Filter>().expect_err(pattern);
        assert_eq!(mistake.at, at, "{pattern}: {mistake}");
        assert!(mistake.message.contains(part), "{pattern}: {mistake}");
    };
    check("card-declined", 0, "in quotes");
    check("a \"b", 2, "no end");
    check("a -", 2, "behind the sign");
    check("%(a)%", 0, "no groups");
    check("%a% %b% %c%", 8, "2 patterns at most");
    check("{ $.a = 1", 9, "Put a }");
    check("{ $.a }", 6, "behind the member");
    check("{ a = 1 }", 2, "begins with a member");
    check("{ $.a > \"x\" }", 8, "Only numbers");
    check("{ ($.a = 1 }", 2, "not closed");
    check("{ $.a = 1) }", 9, "closes none");
    check("{ $.a = 1 $.b = 2 }", 10, "&& or ||");
    check("[a, b", 5, "Put a ]");
    check("[a b]", 2, "behind the column");
    check("[..., ...]", 6, "once");
    check("[a = 1 && b = 2]", 10, "about that column");
    check(&format!("{{ {}$.a = 1 }}", "(".repeat(60)), 34, "deep");
}
