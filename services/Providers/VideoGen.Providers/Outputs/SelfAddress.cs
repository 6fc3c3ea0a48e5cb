using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace VideoGen.Providers.Outputs;

/// <summary>Where the other services reach this very process: for links to files that only it may have.</summary>
internal sealed class SelfAddress(IOptions<ProvidersOptions> options, IServer server)
{
    /// <summary>Without a trailing slash. Known once the server listens.</summary>
    public string Url => (options.Value.SelfUrl?.ToString() ?? FirstBound()).TrimEnd('/');

    string FirstBound()
    {
        var bound = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(address => address.StartsWith("http://", StringComparison.Ordinal))
            ?? throw new InvalidOperationException("Set Providers__SelfUrl: this process listens on no http address of its own");
        return bound.Replace("://[::]", "://127.0.0.1", StringComparison.Ordinal).Replace("://0.0.0.0", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://*", "://127.0.0.1", StringComparison.Ordinal).Replace("://+", "://127.0.0.1", StringComparison.Ordinal);
    }
}
