namespace VideoGen.Providers.Connectors;

/// <summary>The connectors by the names that routes use.</summary>
internal sealed class ConnectorRegistry(IEnumerable<IConnector> connectors)
{
    readonly Dictionary<string, IConnector> _byName = connectors.ToDictionary(connector => connector.Name, StringComparer.Ordinal);

    public IEnumerable<IConnector> All => _byName.Values;

    public IConnector? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>True for somebody else's service, which bills what it does; also for one that is not there any more.</summary>
    public bool IsVendor(string name) => Find(name) is not { Kind: not ConnectorKind.Vendor };
}
