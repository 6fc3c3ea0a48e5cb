namespace VideoGen.Providers.Connectors;

/// <summary>The connectors by the names that routes use.</summary>
internal sealed class ConnectorRegistry(IEnumerable<IConnector> connectors)
{
    readonly Dictionary<string, IConnector> _byName = connectors.ToDictionary(connector => connector.Name, StringComparer.Ordinal);

    public IConnector? Find(string name) => _byName.GetValueOrDefault(name);
}
