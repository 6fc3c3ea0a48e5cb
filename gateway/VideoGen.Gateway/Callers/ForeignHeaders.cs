namespace VideoGen.Gateway.Callers;

/// <summary>
/// Takes away every header that could pass for our own word about who is calling or where from. Some servers read
/// <c>X_User_Id</c> as <c>X-User-Id</c>; none of ours needs a name with an underscore, so those go altogether.
/// </summary>
internal static class ForeignHeaders
{
    static readonly string[] Prefixes =
    [
        "X-VideoGen-", "X-Forwarded", "X-User", "X-Account", "X-Tenant", "X-Auth", "X-Identity", "X-Internal", "X-Caller", "X-Role", "X-Scope",
        "X-Remote-", "X-Original-", "X-Rewrite-", "X-Client-", "X-Cluster-", "X-SSL-", "X-Envoy-", "X-Amzn-Oidc-", "X-MS-Client-Principal",
        "X-Goog-Authenticated-", "X-HTTP-Method", "CF-",
    ];

    static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "Forwarded", "Via", "X-Real-IP", "True-Client-IP", "Fastly-Client-IP", "Remote-User", "X-Method-Override", "X-Host", "X-Plan", "X-Test",
        "Proxy", "Proxy-Authorization", "Baggage",
    };

    /// <summary>A header that a connection option names is for the next hop alone; these are the options that are no header names.</summary>
    static readonly HashSet<string> ConnectionOptions = new(StringComparer.OrdinalIgnoreCase) { "close", "keep-alive", "upgrade" };

    /// <param name="keepCookies">True on the way to our own pages, which know people by a sealed cookie; everywhere else they are nobody's word.</param>
    public static void Remove(IHeaderDictionary headers, bool keepCookies = false)
    {
        if (!keepCookies) headers.Remove("Cookie");
        foreach (var option in headers.Connection.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            if (!ConnectionOptions.Contains(option) && !IsFraming(option)) headers.Remove(option);
        foreach (var name in headers.Keys.Where(IsForeign).ToArray()) headers.Remove(name);
    }

    /// <summary>The credential has done its work at the gateway; services believe the caller token only.</summary>
    public static void RemoveCredentials(IHeaderDictionary headers)
    {
        headers.Remove("Authorization");
        headers.Remove("X-API-Key");
    }

    static bool IsForeign(string name) =>
        name.Contains('_') || Names.Contains(name) || Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    static bool IsFraming(string name) =>
        name.Equals("Host", StringComparison.OrdinalIgnoreCase) || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase);
}
