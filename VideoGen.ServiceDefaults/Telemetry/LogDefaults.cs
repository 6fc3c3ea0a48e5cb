using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace VideoGen.ServiceDefaults.Telemetry;

/// <summary>
/// What is logged unless configuration says otherwise: our own information, and of the frameworks what needs somebody's attention.
/// One line an entry. An operator overrides any of it, for example <c>Logging__LogLevel__Npgsql=Information</c>.
/// </summary>
static class LogDefaults
{
    static readonly Dictionary<string, string?> Defaults = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        ["Logging:LogLevel:Npgsql"] = "Warning",
        ["Logging:LogLevel:MassTransit"] = "Warning",
        ["Logging:LogLevel:System.Net.Http"] = "Warning",
        ["Logging:LogLevel:Yarp"] = "Warning",
        // It would log each attempt of a call that is repeated, the last one as an error; who made the call says what failed.
        ["Logging:LogLevel:Polly"] = "Critical",
        // The answer of /health names the reason; a log entry a probe would only repeat it.
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "Critical",
        ["Logging:Console:FormatterName"] = "simple",
        ["Logging:Console:FormatterOptions:SingleLine"] = "true",
    };

    /// <summary>First of all sources, so that every other one overrides it.</summary>
    internal static void AddLogDefaults(this WebApplicationBuilder builder) =>
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults });
}
