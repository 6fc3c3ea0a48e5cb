using Microsoft.Extensions.Configuration;

namespace VideoGen.AppHost.Start;

/// <summary>What must be known before anything is drawn. Arguments win over the environment.</summary>
/// <param name="Arguments">The words of the command line as configuration: <c>--no-dashboard</c> is <c>--Dashboard:Enabled=false</c>.</param>
/// <param name="Dashboard"><c>Dashboard:Enabled</c>: whether Aspire's dashboard comes up. Default true.</param>
/// <param name="Strict"><c>Strict</c>: egress and the monitor are as closed as in production. Default false.</param>
/// <param name="SimulatedVendors"><c>Vendors</c> is <c>simulated</c>: every vendor is one of this machine's, which speaks its API. Default
/// false: vendors are used as far as they are set up.</param>
/// <param name="GatewayPort"><c>Gateway:Port</c>: the gateway's port, or the next free one above it. Default 8080; 0 for any.</param>
internal sealed record UpOptions(string[] Arguments, bool Dashboard, bool Strict, bool SimulatedVendors, int GatewayPort)
{
    private const int DefaultGatewayPort = 8080;

    internal static UpOptions Parse(string[] words)
    {
        var arguments = words.Select(word => word switch
        {
            "--no-dashboard" => "--Dashboard:Enabled=false",
            "--strict" => "--Strict=true",
            _ => word,
        }).ToArray();
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(arguments).Build();
        return new(
            arguments,
            configuration.GetValue("Dashboard:Enabled", defaultValue: true),
            configuration.GetValue("Strict", defaultValue: false),
            IsSimulated(configuration["Vendors"]),
            configuration.GetValue("Gateway:Port", DefaultGatewayPort));
    }

    private static bool IsSimulated(string? vendors) => vendors switch
    {
        null or "" => false,
        "simulated" => true,
        _ => throw new DistributedApplicationException($"Vendors is {vendors}; it must be simulated, or left out."),
    };

    internal DistributedApplicationOptions ForBuilder() => new()
    {
        Args = Arguments,
        // Everything listens on 127.0.0.1 only.
        AllowUnsecuredTransport = true,
        DisableDashboard = !Dashboard,
    };
}
