//! The built-in catalogue has no defect, and a broken one has every defect reported with file and line.

use super::{BUILTIN, Catalog};

#[test]
fn the_builtin_catalogue_has_no_defect() {
    let (_, defects) = Catalog::load(BUILTIN.iter().copied());
    let told: Vec<String> = defects.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn every_defect_is_reported_with_its_line() {
    let kind = "label = \"Thing\"\nhelp = 3\ngroup = \"X\"\ncategory = \"compote\"\narchetype = \"function\"\n\
                card = [\"nothing\"]\noffers = [\"rout\"]\ncolour = \"red\"\n\
                [[field]]\nkey = \"size\"\ntype = \"integer\"\nhelp = \"Size.\"\ndefault = 5\nmin = 10\n\
                [[cost]]\ncomponent = \"a\"\nunit = \"b\"\nprice = \"p\"\nquantity = \"1 +\"\n";
    let capabilities = "[ports]\nroute = \"routes\"\n";
    let texts = [("x/aws/thing.toml", kind), ("x/capabilities.toml", capabilities)];
    let (_, defects) = Catalog::load(texts);
    let told: Vec<String> = defects.iter().map(ToString::to_string).collect();
    let check = |line: usize, part: &str| {
        let prefix = format!("x/aws/thing.toml:{line}: ");
        assert!(told.iter().any(|text| text.starts_with(&prefix) && text.contains(part)), "{line} {part}: {told:#?}");
    };
    check(2, "`help` must be text");
    check(4, "did you mean `compute`?");
    check(6, "`nothing` is not a field");
    check(8, "`colour` is not a known key");
    check(13, "the default of `size` must be at least 10");
    check(19, "operand is missing");
    check(1, "icon with the same stem is missing");
}

#[test]
fn a_formula_that_counts_something_else_than_its_unit_is_refused() {
    let check = |unit: &str, quantity: &str, part: &str| {
        let kind = format!(
            "[[usage]]\nkey = \"stored\"\nunit = \"GB\"\nhelp = \"Stored.\"\nat_most = \"hours\"\n\
             [[cost]]\ncomponent = \"a\"\nunit = \"{unit}\"\nprice = \"p\"\nquantity = \"{quantity}\"\n"
        );
        let (_, defects) = Catalog::load([("x/aws/thing.toml", kind.as_str())]);
        let told: Vec<String> = defects.iter().map(ToString::to_string).collect();
        let is_told = told.iter().any(|text| text.starts_with("x/aws/thing.toml:10: ") && text.contains(part));
        assert!(is_told || part.is_empty(), "{part}: {told:#?}");
        assert!(told.iter().any(|text| text.contains("`hours` is time, but its unit `GB` is data")), "{told:#?}");
        assert!(!part.is_empty() || !told.iter().any(|text| text.starts_with("x/aws/thing.toml:10: ")), "{told:#?}");
    };
    check("GB-month", "stored", "");
    check("request", "stored", "`stored` is data, but its unit `request` is a number");
    check("GB-month", "stored * hours", "`stored * hours` is data × time, but its unit `GB-month` is data");
    check("GB-second", "stored + hours", "`stored` is data and `hours` is time, which cannot be taken together");
}

#[test]
fn broken_toml_does_not_hide_the_rest() {
    let texts = [("aws/a.toml", "label = \"A\nhelp = \"x\"\n"), ("aws/b.toml", "label = 3\n")];
    let (_, defects) = Catalog::load(texts);
    assert!(defects.iter().any(|defect| defect.path == "aws/a.toml" && defect.line == 1), "{defects:#?}");
    assert!(defects.iter().any(|defect| defect.path == "aws/b.toml"), "{defects:#?}");
}
