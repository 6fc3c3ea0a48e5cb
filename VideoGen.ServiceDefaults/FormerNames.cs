using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace VideoGen.ServiceDefaults;

/// <summary>
/// Settings that had another name once. The former name still works, with a warning at start; where both are given, the present one counts.
/// </summary>
internal static partial class FormerNames
{
    static readonly (string Former, string Present)[] All =
    [
        ("Limits", "Gateway:Limits"), ("Cors", "Gateway:Cors"),
        ("Catalog:Refresh", "Jobs:Catalog:Refresh"), ("Feed", "Jobs:Feed"), ("Live", "Jobs:Live"), ("Slots", "Jobs:Slots"),
        ("Submit", "Jobs:Submit"), ("Webhooks", "Jobs:Webhooks"),
        ("Demo", "Accounts:Demo"), ("Users", "Accounts:Users"),
        ("Monitor", "Web:Monitor"), ("Session", "Web:Session"),
        ("Storage:SweepInterval", "Storage:Retention:Interval"),
    ];

    public static void AddFormerNames(this IHostApplicationBuilder builder)
    {
        var found = Find(builder.Configuration).ToList();
        if (found.Count == 0) return;
        // The first source: every other one goes before it.
        builder.Configuration.Sources.Insert(
            0, new MemoryConfigurationSource { InitialData = found.Select(one => KeyValuePair.Create(one.Present, (string?)one.Value)) });
        builder.Services.AddHostedService(provider => new Warning(found, provider.GetRequiredService<ILogger<Warning>>()));
    }

    static IEnumerable<FormerSetting> Find(IConfiguration configuration) =>
        from setting in configuration.AsEnumerable()
        where setting.Value is not null
        from name in All
        where setting.Key.Equals(name.Former, StringComparison.OrdinalIgnoreCase)
            || setting.Key.StartsWith(name.Former + ":", StringComparison.OrdinalIgnoreCase)
        select new FormerSetting(setting.Key, name.Present + setting.Key[name.Former.Length..], setting.Value);

    sealed record FormerSetting(string Former, string Present, string Value);

    sealed partial class Warning(IReadOnlyList<FormerSetting> found, ILogger<Warning> log) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            foreach (var setting in found) LogFormerName(log, setting.Former, setting.Present);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        [LoggerMessage(1, LogLevel.Warning, "The setting {Former} is called {Present} now; the former name will stop to work in a later release")]
        static partial void LogFormerName(ILogger log, string former, string present);
    }
}
