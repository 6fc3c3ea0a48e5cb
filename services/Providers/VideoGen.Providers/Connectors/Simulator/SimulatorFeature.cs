using VideoGen.Providers.Connectors.Local;
using VideoGen.Providers.Memory;

namespace VideoGen.Providers.Connectors.Simulator;

/// <summary>The vendor that pretends.</summary>
internal static class SimulatorFeature
{
    public static void AddSimulator(this WebApplicationBuilder builder)
    {
        builder.Services.AddConnectorOptions<SimulatorOptions>("Simulator");
        builder.Services.AddSingleton<IConnector, SimulatorConnector>();
        builder.Services.AddSingleton<IRenderer, SimulatorRenderer>();
        builder.Services.AddSingleton<WarmSamples>();
        builder.Services.AddSingleton<IModelPlace, SimulatorPlace>();
    }
}
