//! Web addresses and registrable domains (Public Suffix List), and which hosts say nothing about a company.

use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashSet;

use super::clean::Clean;
use super::email::is_host;
use super::placeholder::is_placeholder;
use super::punycode::readable;
use super::text::tidy;
use crate::model::rows::FindingCode;

static MAILBOXES: LazyLock<HashSet<&'static str, FixedState>> = LazyLock::new(|| {
    include_str!("data/mailbox_providers.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
});

/// Where companies have a site of their own under a name of the builder's.
static BUILDERS: LazyLock<HashSet<&'static str, FixedState>> = LazyLock::new(|| {
    include_str!("data/site_builders.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
});

/// Sites on which companies have pages: the page says who it is, the domain does not.
const SHARED: [&str; 14] = [
    "linkedin.com",
    "facebook.com",
    "fb.com",
    "twitter.com",
    "x.com",
    "instagram.com",
    "youtube.com",
    "xing.com",
    "tiktok.com",
    "google.com",
    "goo.gl",
    "bit.ly",
    "linktr.ee",
    "wikipedia.org",
];

/// A web address as scheme://host/path: lower-case host with the letters of its language, https where no scheme is written, no bare "/" at the end.
pub fn website(raw: &str) -> Clean<String> {
    let text = tidy(raw);
    let Some(first) = text.trim_matches(['<', '>', '"', '\'']).split([' ', ';', ',']).find(|part| !part.is_empty())
    else {
        return Clean::blank();
    };
    if is_placeholder(&text) {
        return Clean::fault(FindingCode::Placeholder);
    }
    let (scheme, rest) = split_scheme(first);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.to_lowercase();
    let (name, port) = host.split_once(':').map_or((host.as_str(), None), |(name, port)| (name, Some(port)));
    let written = name.trim_end_matches('.');
    // A label may be too long to be read.
    let name = Some(readable(written)).filter(|name| is_host(name)).unwrap_or(written.into());
    if !is_host(&name) || port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Clean::fault(FindingCode::InvalidWebsite);
    }
    let path = path.split('#').next().unwrap_or(path);
    let path = if path == "/" { "" } else { path };
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    Clean::of(format!("{scheme}://{name}{port}{path}"))
}

/// The registrable domain of a domain, host, web or e-mail address: "www.shop.acme.co.uk" gives "acme.co.uk".
pub fn domain(raw: &str) -> Clean<String> {
    let text = tidy(raw);
    let address = text.rsplit_once('@').map_or(text.as_str(), |(_, host)| host);
    let Clean { value, finding } = website(address);
    match value.as_deref().and_then(|site| registrable(host_of(site))) {
        Some(name) => Clean::of(name.to_owned()),
        None => Clean { value: None, finding },
    }
}

/// The host of a clean web address.
pub fn host_of(site: &str) -> &str {
    let rest = site.split_once("://").map_or(site, |(_, rest)| rest);
    &rest[..rest.find(['/', ':', '?']).unwrap_or(rest.len())]
}

/// The registrable domain of a lower-case host. Under a builder of sites it is the site's own name, and the builder's name
/// alone is none, as with those that the Public Suffix List has.
pub fn registrable(host: &str) -> Option<&str> {
    let domain = psl::domain_str(host)?;
    if !is_site_builder(domain) {
        return Some(domain);
    }
    let above = host.strip_suffix(domain)?.strip_suffix('.')?;
    let site = above.rsplit('.').next().filter(|site| !site.is_empty() && *site != "www")?;
    Some(&host[host.len() - domain.len() - 1 - site.len()..])
}

fn is_site_builder(domain: &str) -> bool {
    let label = domain.split('.').next().unwrap_or(domain);
    BUILDERS.contains(domain) || BUILDERS.contains(label)
}

/// The company's domain behind a clean web address; none for pages on shared sites and mailbox providers.
pub fn site_domain(site: &str) -> Option<&str> {
    registrable(host_of(site)).filter(|name| !SHARED.contains(name) && !is_mailbox_provider(name))
}

/// The company's domain behind a clean e-mail address; none where a mailbox provider stands there.
pub fn email_domain(address: &str) -> Option<&str> {
    let host = &address[address.bytes().rposition(|byte| byte == b'@')? + 1..];
    let is_provider = |name: &str| is_mailbox_provider(name) || host != name && MAILBOXES.contains(host);
    registrable(host).filter(|name| !is_provider(name))
}

/// Whether a registrable domain belongs to a provider of personal mailboxes (yahoo, hotmail and their like under any
/// public suffix).
pub fn is_mailbox_provider(domain: &str) -> bool {
    let label = domain.split('.').next().unwrap_or(domain);
    MAILBOXES.contains(domain) || MAILBOXES.contains(label)
}

fn split_scheme(text: &str) -> (&'static str, &str) {
    for (written, scheme) in
        [("https://", "https"), ("http://", "http"), ("https//", "https"), ("http//", "http"), ("//", "https")]
    {
        if let Some(head) = text.get(..written.len())
            && head.eq_ignore_ascii_case(written)
        {
            return (scheme, &text[written.len()..]);
        }
    }
    ("https", text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn websites() {
        for (raw, want) in [
            ("WWW.Acme.DE", "https://www.acme.de"),
            ("http://acme.de/", "http://acme.de"),
            ("HTTPS://Acme.de/About?x=1#top", "https://acme.de/About?x=1"),
            ("acme.co.uk/shop", "https://acme.co.uk/shop"),
            ("http//acme.de", "http://acme.de"),
            ("acme.de:8080", "https://acme.de:8080"),
            ("acme.de, acme.com", "https://acme.de"),
            ("http://www.XN--MLLER-KVA.de/x", "http://www.müller.de/x"),
        ] {
            assert_eq!(website(raw), Clean::of(want.to_owned()), "{raw}");
            assert_eq!(website(want), Clean::of(want.to_owned()), "{want}");
        }
        for raw in ["acme", "http://", "not a site", "ann@acme.de", "192.168.1.7", "acme.de:x"] {
            assert_eq!(website(raw), Clean::fault(FindingCode::InvalidWebsite), "{raw}");
        }
        assert_eq!(website("n/a"), Clean::fault(FindingCode::Placeholder));
        assert_eq!(website(""), Clean::blank());
    }

    #[test]
    fn domains() {
        for (raw, want) in [
            ("www.shop.acme.co.uk", "acme.co.uk"),
            ("https://www.acme.de/x", "acme.de"),
            ("ann@mail.acme.bg", "acme.bg"),
            ("@acme.com", "acme.com"),
            ("ann@shop.xn--mller-kva.de", "müller.de"),
            ("ann@shop.müller.de", "müller.de"),
        ] {
            assert_eq!(domain(raw), Clean::of(want.to_owned()), "{raw}");
        }
    }

    #[test]
    fn sites_of_builders() {
        for (raw, want) in [
            ("bakery.wordpress.com", Some("bakery.wordpress.com")),
            ("https://www.bakery.wordpress.com/menu", Some("bakery.wordpress.com")),
            ("kern.webnode.com.br", Some("kern.webnode.com.br")),
            ("info@kern-taxi.weebly.com", Some("kern-taxi.weebly.com")),
            ("www.wordpress.com", None),
            ("wordpress.com", None),
            ("webnode.cz", None),
            // As the Public Suffix List has it.
            ("luhn.wixsite.com", Some("luhn.wixsite.com")),
            ("wixsite.com", None),
            ("shop.mywordpress.com", Some("mywordpress.com")),
        ] {
            assert_eq!(domain(raw).value.as_deref(), want, "{raw}");
        }
        for builder in BUILDERS.iter() {
            let name = if builder.contains('.') { (*builder).to_owned() } else { format!("{builder}.de") };
            assert_eq!(
                psl::domain_str(&format!("x.{name}")),
                Some(name.as_str()),
                "{builder} is known without the list"
            );
        }
    }

    #[test]
    fn mailbox_providers() {
        for address in [
            "a@gmail.com",
            "a@yahoo.co.uk",
            "a@hotmail.fr",
            "a@abv.bg",
            "a@gmx.at",
            "a@web.de",
            "a@live.nl",
            "a@wp.pl",
            "a@poczta.onet.pl",
        ] {
            assert_eq!(email_domain(address), None, "{address}");
        }
        for (address, want) in
            [("a@acme.de", "acme.de"), ("a@mail.acme.co.uk", "acme.co.uk"), ("a@livenation.com", "livenation.com")]
        {
            assert_eq!(email_domain(address), Some(want));
        }
        assert_eq!(site_domain("https://www.linkedin.com/company/acme"), None);
        assert!(MAILBOXES.len() >= 150);
    }

    proptest! {
        #[test]
        fn never_fails(text in "\\PC{0,60}") {
            website(&text);
            domain(&text);
        }
    }
}
