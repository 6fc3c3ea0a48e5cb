using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace VideoGen.Egress;

/// <summary>
/// Decides from its text alone whether a URL may be requested, and from an address whether it may be dialled.
///
/// The guarantee: of a URL that passes, every parser makes the same scheme, host and port, so that what was checked is what
/// is dialled. The text is taken apart here, by a grammar narrower than any parser's, and the outcome is compared with
/// <see cref="System.Uri"/>, which the HTTP client will use. A name says nothing about addresses: those are vetted when
/// connecting (<see cref="EgressHandler"/>), every one of them.
/// </summary>
public sealed class EgressPolicy
{
    const int MaxLength = 2048;

    static readonly int[] UsualPorts = [80, 443, 8080, 8443];

    /// <summary>Names that never belong to the public DNS: special-use (RFC 6761 and later) or customary inside networks.</summary>
    static readonly string[] LocalSuffixes =
    [
        "localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "home.arpa", "onion", "consul", "test", "invalid",
    ];

    readonly IPNetwork[] _allowed;
    readonly IPNetwork[] _denied;
    readonly bool _anyPort;

    /// <exception cref="FormatException">A network of the options is not in CIDR form.</exception>
    public EgressPolicy(EgressOptions options)
    {
        _allowed = Addresses.Parse(options.AllowNetworks);
        _denied = Addresses.Parse(options.DenyNetworks);
        _anyPort = options.AllowAnyPort;
    }

    /// <summary>Checks a URL as customers, vendors and redirects give it. Opens no socket and asks no DNS.</summary>
    public EgressVerdict Check(string? url, EgressProfile profile)
    {
        if (string.IsNullOrEmpty(url)) return EgressVerdict.Refuse("The URL is empty.");
        if (url.Length > MaxLength) return EgressVerdict.Refuse($"The URL is longer than {MaxLength} characters.");
        if (url.Any(c => c <= ' ' || c == '\x7f')) return EgressVerdict.Refuse("The URL contains white space or a control character; percent-encode it.");
        if (url.Contains('\\')) return EgressVerdict.Refuse("The URL contains a backslash; write / or %5C.");
        if (Scheme(url) is not { } scheme) return EgressVerdict.Refuse("The URL must begin with https:// or http://.");

        var rest = url[(scheme.Length + 3)..];
        var end = rest.AsSpan().IndexOfAny('/', '?', '#');
        var authority = end < 0 ? rest : rest[..end];
        if (AuthorityFault(authority) is { } fault) return EgressVerdict.Refuse(fault);

        var (host, portText) = Split(authority);
        if (host is null) return EgressVerdict.Refuse("The host of the URL is not valid; an IPv6 address stands in brackets, once, before the port.");
        if (Port(portText, scheme) is not { } port) return EgressVerdict.Refuse("The port of the URL is not a number from 1 to 65535 in plain digits.");
        if (HostFault(host, out var trusted) is { } hostFault) return EgressVerdict.Refuse(hostFault);
        if (!trusted && !_anyPort && !UsualPorts.Contains(port))
            return EgressVerdict.Refuse($"Port {port} is not allowed; use {string.Join(", ", UsualPorts)}.");
        if (!trusted && profile.RequireHttps && scheme != "https") return EgressVerdict.Refuse("The URL must begin with https://.");
        return Agree(url, scheme, host, port);
    }

    /// <summary>True for an address that may be dialled.</summary>
    public bool MayDial(IPAddress address) =>
        Addresses.IsIn(_allowed, address) || (Addresses.IsPublic(address) && !Addresses.IsIn(_denied, address));

    /// <summary>The loopback addresses that the operator has opened: what <c>localhost</c> stands for, without asking DNS.</summary>
    internal IPAddress[] OpenLoopback() =>
        [.. new[] { IPAddress.Loopback, IPAddress.IPv6Loopback }.Where(address => Addresses.IsIn(_allowed, address))];

    static string? Scheme(string url) =>
        url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? "https"
        : url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? "http"
        : null;

    static string? AuthorityFault(string authority)
    {
        if (authority.Length == 0) return "The URL has no host.";
        if (authority.Any(c => c > '\x7e')) return "The host of the URL must be ASCII; write an international name in its xn-- form.";
        if (authority.Contains('@')) return "The URL must not contain a user name or password.";
        return authority.Contains('%') ? "The host of the URL must not be percent-encoded." : null;
    }

    /// <summary>Host in lower case (IPv6 with brackets) and the text after the colon; null for no colon.</summary>
    static (string? Host, string? Port) Split(string authority)
    {
        var lower = authority.ToLowerInvariant();
        var hostEnd = lower[0] == '[' ? lower.IndexOf(']') + 1 : lower.AsSpan().IndexOf(':');
        if (lower[0] == '[' && hostEnd == 0) return (null, null);
        if (hostEnd < 0 || hostEnd == lower.Length) return (lower, null);
        return hostEnd == 0 || lower[hostEnd] != ':' || lower.LastIndexOf(':') != hostEnd ? (null, null) : (lower[..hostEnd], lower[(hostEnd + 1)..]);
    }

    static int? Port(string? text, string scheme)
    {
        if (text is null) return scheme == "https" ? 443 : 80;
        if (text.Length is 0 or > 5 || text[0] == '0' || !text.All(char.IsAsciiDigit)) return null;
        var port = int.Parse(text, CultureInfo.InvariantCulture);
        return port <= ushort.MaxValue ? port : null;
    }

    /// <param name="trusted">Set for a literal, or <c>localhost</c>, inside a network that the operator has opened.</param>
    string? HostFault(string host, out bool trusted)
    {
        trusted = false;
        if (host[0] == '[') return LiteralFault(host[1..^1], AddressFamily.InterNetworkV6, out trusted);
        if (EndsInNumber(host)) return LiteralFault(host, AddressFamily.InterNetwork, out trusted);
        if (NameFault(host) is { } fault) return fault;
        if (!IsLocalName(host)) return null;

        // With a network opened, its hosts have local names; where those lead is decided when connecting.
        trusted = host == "localhost" && OpenLoopback().Length > 0;
        return trusted || (host != "localhost" && _allowed.Length > 0) ? null : "The host of the URL is a local name; only public hosts can be reached.";
    }

    string? LiteralFault(string text, AddressFamily family, out bool trusted)
    {
        trusted = false;
        // IPAddress alone accepts octal, hexadecimal and short forms, and zones; only the canonical text survives the comparison.
        if (!IPAddress.TryParse(text, out var address) || address.AddressFamily != family || address.ToString() != text)
            return "The host of the URL looks like an IP address but is not one in its usual form.";
        trusted = Addresses.IsIn(_allowed, address);
        return MayDial(address) ? null : "The address in the URL is not a public one.";
    }

    static bool EndsInNumber(string host)
    {
        var last = host.TrimEnd('.').Split('.')[^1];
        return (last.Length > 0 && last.All(char.IsAsciiDigit)) || (last.StartsWith("0x", StringComparison.Ordinal) && last.Skip(2).All(char.IsAsciiHexDigit));
    }

    static string? NameFault(string host)
    {
        if (host.Length > 253) return "The host name in the URL is longer than 253 characters.";
        return host.Split('.').All(IsLabel) ? null : "The host name in the URL is not valid.";
    }

    static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');

    static bool IsLocalName(string host) =>
        !host.Contains('.') || LocalSuffixes.Any(suffix => host == suffix || host.EndsWith("." + suffix, StringComparison.Ordinal));

    /// <summary>The HTTP client dials what <see cref="Uri"/> says; a difference to our reading is a refusal, not a guess.</summary>
    static EgressVerdict Agree(string url, string scheme, string host, int port)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri)) return EgressVerdict.Refuse("The URL is not valid.");
        var same = uri.Scheme == scheme && uri.Port == port && uri.UserInfo.Length == 0
            && string.Equals(uri.IdnHost, host.Trim('[', ']'), StringComparison.Ordinal);
        return same ? EgressVerdict.Allow(uri) : EgressVerdict.Refuse("The URL can be read in more than one way.");
    }
}
