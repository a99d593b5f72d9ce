# Varnish between nginx and Newsroom on one machine: it keeps readers' pages in memory for as long as
# Newsroom says, and forgets each page that shows what changed. nginx ends TLS with deploy/nginx.conf,
# in which only `location /` leads here. Set TRUSTED_PROXY_COUNT=1 and
# PURGE_VARNISH_URLS=http://127.0.0.1:6081. docs/operations.md has the steps and the reasons.
#
# For Varnish 7.1 (Debian 12) and later, with the module xkey (Debian's varnish-modules), started
# with these parameters:
#   -p http_gzip_support=off   Newsroom compresses each page itself, and each coding has its own ETag
#   -p http_resp_hdr_len=32k -p http_resp_size=64k -p workspace_backend=256k
#                              the keys of a page are in one header
vcl 4.1;

import std;
import xkey;

backend newsroom {
    # For Newsroom on another machine, write .host and .port in place of this.
    .path = "/run/newsroom/web.sock";
    .connect_timeout = 5s;
    .first_byte_timeout = 60s;
    .between_bytes_timeout = 60s;
    # Newsroom is taken to be away after four failures of five.
    .probe = {
        .url = "/health/";
        .interval = 2s;
        .timeout = 10s;
        .window = 5;
        .threshold = 2;
        .initial = 2;
    }
}

# Newsroom, its web server and its worker, which say what is to be forgotten.
acl purgers {
    "127.0.0.1";
    "::1";
}

# The nginx that ends TLS.
acl proxies {
    "127.0.0.1";
    "::1";
}

# --- Requests ------------------------------------------------------------------------------------

sub vcl_recv {
    if (req.method == "PURGE") {
        call forget;
    }
    call forwarded;

    # Some clients write the name of the host in capital letters.
    set req.http.Host = std.tolower(req.http.Host);

    # All that is no page of readers, or is somebody's own. Newsroom decides about the rest: a page
    # without `Surrogate-Control` is never kept. Cookies change nothing on a page that is kept.
    if ((req.method != "GET" && req.method != "HEAD")
        || req.http.Authorization
        || req.url ~ "^/+(admin|comments/+receipt|preview|static|media|health)(/|$)") {
        return (pass);
    }

    # Four kinds of readers, so that a page is kept at most four times.
    if (req.http.Accept-Encoding ~ "(?i)(^|,)\s*br\s*($|,|;\s*q=(?!0(\.0*)?\s*($|,)))") {
        set req.http.X-Codings = "br";
    }
    if (req.http.Accept-Encoding ~ "(?i)(^|,)\s*gzip\s*($|,|;\s*q=(?!0(\.0*)?\s*($|,)))") {
        set req.http.X-Codings = req.http.X-Codings + "gzip";
    }
    unset req.http.Accept-Encoding;
    if (req.http.X-Codings == "brgzip") {
        set req.http.Accept-Encoding = "br, gzip";
    } elseif (req.http.X-Codings) {
        set req.http.Accept-Encoding = req.http.X-Codings;
    }
    unset req.http.X-Codings;

    # A page that is past its time is shown only while Newsroom is away.
    if (std.healthy(req.backend_hint)) {
        set req.grace = 0s;
    }
    return (hash);
}

# A hard purge: what is forgotten is gone, and is not shown again, even while Newsroom is away.
sub forget {
    # Varnish has added the address of the client to X-Forwarded-For. What came through nginx has
    # another before it, so nobody can have anything forgotten from outside.
    if (client.ip !~ purgers
        || req.http.X-Forwarded-For != "" + client.ip
        || req.http.X-Forwarded-Proto) {
        return (synth(403));
    }
    if (!req.http.xkey) {
        return (synth(400));
    }
    set req.http.xkey-purged = xkey.purge(req.http.xkey);
    return (synth(200));
}

# Newsroom believes these headers, so they are what nginx wrote, or what Varnish knows.
sub forwarded {
    if (client.ip ~ proxies && req.http.X-Forwarded-For ~ ",") {
        # The last one is nginx itself; the one before it is the reader, as nginx wrote it.
        set req.http.X-Forwarded-For
            = regsub(req.http.X-Forwarded-For, "^(?:.*,)?\s*([^,\s]*)\s*,[^,]*$", "\1");
    } else {
        set req.http.X-Forwarded-For = client.ip;
        # The port at which a proxy ended TLS, if it tells by the PROXY protocol.
        if (std.port(server.ip) == 443) {
            set req.http.X-Forwarded-Proto = "https";
        } else {
            set req.http.X-Forwarded-Proto = "http";
        }
    }
    unset req.http.X-Forwarded-Host;
    unset req.http.X-Forwarded-Port;
    unset req.http.X-Real-IP;
    unset req.http.Forwarded;
    # WSGI cannot tell these from those above.
    unset req.http.X_Forwarded_For;
    unset req.http.X_Forwarded-For;
    unset req.http.X-Forwarded_For;
    unset req.http.X_Forwarded_Proto;
    unset req.http.X_Forwarded-Proto;
    unset req.http.X-Forwarded_Proto;
}

sub vcl_hash {
    # Over plain HTTP, an address leads to the one with https://. Varnish adds the host and the path.
    hash_data(req.http.X-Forwarded-Proto);
}

# --- Answers of Newsroom -------------------------------------------------------------------------

sub vcl_backend_fetch {
    # A kept connection may be closed by a process that ends during a reload, just when a form is
    # written to it.
    set bereq.http.Connection = "close";
}

sub vcl_backend_response {
    # A page that is past its time stays where Newsroom fails just when it is to be made again.
    if (bereq.is_bgfetch && beresp.status >= 500) {
        return (abandon);
    }
    set beresp.grace = 0s;
    set beresp.keep = 0s;
    if (bereq.uncacheable
        || beresp.http.Set-Cookie
        || beresp.status >= 500
        || beresp.http.Surrogate-Control !~ "(?i)(^|[\s,])max-age=0*[1-9]") {
        # For the next two minutes, requests for this address do not wait for each other. If Newsroom
        # sends a page meanwhile that may be kept, it is kept.
        set beresp.uncacheable = true;
        set beresp.ttl = 120s;
    } else {
        set beresp.ttl = std.duration(
            regsub(beresp.http.Surrogate-Control, "(?i)^(?:.*[\s,])?max-age=(\d+).*$", "\1s"), 0s);
        if (beresp.http.Surrogate-Control ~ "(?i)[\s,]stale-if-error=\d") {
            set beresp.grace = std.duration(
                regsub(beresp.http.Surrogate-Control, "(?i)^.*[\s,]stale-if-error=(\d+).*$", "\1s"),
                0s);
        }
        set beresp.http.xkey = beresp.http.Surrogate-Key;
    }
    # For shared caches only.
    unset beresp.http.Surrogate-Control;
    unset beresp.http.Surrogate-Key;
    unset beresp.http.CDN-Cache-Control;
    unset beresp.http.Cache-Tag;
    unset beresp.http.X-Accel-Expires;
    return (deliver);
}

sub vcl_backend_error {
    if (bereq.is_bgfetch) {
        return (abandon);
    }
    # A process that ends takes the requests in it along, and another answers at once. A form may
    # have been stored. Who has waited for long waits no longer.
    if (bereq.retries == 0 && (bereq.method == "GET" || bereq.method == "HEAD")
        && now < bereq.time + 5s) {
        return (retry);
    }
    set beresp.status = 503;
    set beresp.http.Content-Type = "text/html; charset=utf-8";
    set beresp.http.Cache-Control = "no-store";
    set beresp.http.Content-Security-Policy
        = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    set beresp.http.Referrer-Policy = "same-origin";
    set beresp.http.X-Content-Type-Options = "nosniff";
    set beresp.http.Retry-After = "30";
    set beresp.body = std.fileread("/var/lib/newsroom/static/errors/unavailable.html");
    return (deliver);
}

# --- Answers to readers --------------------------------------------------------------------------

sub vcl_deliver {
    # `Age` stays: it is the truth, and browsers ask again each time (`Cache-Control: no-cache`).
    unset resp.http.xkey;
    unset resp.http.X-Varnish;
    unset resp.http.Via;
}

sub vcl_synth {
    if (req.http.xkey-purged) {
        set resp.http.xkey-purged = req.http.xkey-purged;
    }
    set resp.http.Cache-Control = "no-store";
    return (deliver);
}
