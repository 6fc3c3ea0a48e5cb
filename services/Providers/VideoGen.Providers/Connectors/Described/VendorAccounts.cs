using System.Security.Cryptography;
using System.Text;
using VideoGen.Providers.Connectors.Http;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>The accounts at one vendor, one for each key.</summary>
internal sealed class VendorAccounts : IDisposable
{
    readonly IReadOnlyList<VendorAccount> _all;

    /// <param name="all">At least one; the first one has the work of attempts that name none.</param>
    public VendorAccounts(IEnumerable<VendorAccount> all)
    {
        _all = [.. all];
        Keys = [.. _all.Select(account => account.Key)];
    }

    public IReadOnlyList<ConnectorKey> Keys { get; }

    /// <summary>
    /// Null for a name that is not there any more. Work of the only key, that of <c>ApiKey</c>, is the first one's where the operator has
    /// given all of them names since.
    /// </summary>
    public VendorAccount? Find(string? key) =>
        _all.FirstOrDefault(account => account.Key.Name == key) ?? (key is null or DescribedVendorOptions.DefaultKey ? _all[0] : null);

    public void Dispose()
    {
        foreach (var account in _all) account.Dispose();
    }
}

/// <summary>One account: a client that sends its key, and the turns of its reads.</summary>
internal sealed class VendorAccount : IDisposable
{
    readonly ReadPace? _pace;

    /// <param name="options">With its key alone.</param>
    /// <param name="readsPerSecond">This process's share; null for no limit.</param>
    public VendorAccount(
        string name, DescribedVendorOptions options, double? readsPerSecond, Func<DescribedVendorOptions, VendorHttp> clientOf)
    {
        Key = new ConnectorKey(name, FingerprintOf(options.ApiKey));
        Http = clientOf(options);
        _pace = readsPerSecond is { } most ? new ReadPace(most) : null;
    }

    public ConnectorKey Key { get; }

    public VendorHttp Http { get; }

    public Task<VendorAnswer> ReadAsync(string path, CancellationToken ct) => Http.ReadAsync(path, ct, _pace);

    public void Dispose() => _pace?.Dispose();

    static string FingerprintOf(string key) =>
        key.Length == 0 ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..8];
}
