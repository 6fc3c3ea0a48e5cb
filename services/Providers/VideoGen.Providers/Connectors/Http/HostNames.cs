namespace VideoGen.Providers.Connectors.Http;

/// <summary>Lists of hosts as descriptions write them.</summary>
internal static class HostNames
{
    /// <param name="host">In its ASCII form.</param>
    /// <param name="names">Hosts; <c>*.example.com</c> stands for all below, not for example.com itself.</param>
    public static bool IsAmong(string host, IEnumerable<string> names) => names.Any(name => name.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(name[1..], StringComparison.OrdinalIgnoreCase) && host.Length > name.Length - 1
        : string.Equals(host, name, StringComparison.OrdinalIgnoreCase));
}
