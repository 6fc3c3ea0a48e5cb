using System.Text.Json;
using System.Text.Json.Serialization;

namespace VideoGen.Bench.Whole;

/// <summary>
/// The system as a whole, from outside: jobs from their submit to their genuine webhook, reads, what each costs, and the same of a plain
/// Node stack and of pgbench in the same minutes, for machines differ from day to day and ratios do so less. Callers, receiver and
/// everything that is measured share one machine.
/// </summary>
internal static class WholeCommand
{
    static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static BenchCommand Command { get; } = new(
        "whole", "The system as a whole beside a plain Node stack: --short, --connections 32, --rate 50, --json file", RunAsync);

    static async Task<int> RunAsync(BenchArguments arguments)
    {
        var options = WholeOptions.Of(arguments);
        await using var system = await BenchedSystem.OpenAsync(arguments, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Resources__providers__Environment__Connectors__Simulator__Instant"] = "true",
        });
        var result = await new WholeRun(system, options).MeasureAsync();
        await Console.Out.WriteLineAsync(WholeTable.Write(result, KeptTable.Read()));
        if (options.Json is { } file) await File.WriteAllTextAsync(file, JsonSerializer.Serialize(result, Readable));
        // Never by time: only what must not be.
        return WholeTable.Loads(result.System).Any(load => load.Failed + load.Forged > 0) ? 1 : 0;
    }
}
