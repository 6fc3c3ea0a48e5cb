using System.Globalization;
using System.Text.Json.Serialization;

namespace VideoGen.Bench.Whole;

/// <summary>What a run measures, and for how long.</summary>
/// <param name="Accounts">On the plan <c>enterprise</c>, each with live keys, credits and a webhook endpoint.</param>
/// <param name="Connections">Of the closed loads.</param>
/// <param name="Loading">How long a load submits, or reads.</param>
/// <param name="MostJobs">Of a load of texts; a quarter of it of pictures.</param>
/// <param name="Rate">Of an open load of texts beside the two whose rates follow from what was measured; 0 for none.</param>
/// <param name="Idling">How long the idle system is watched.</param>
/// <param name="CountsStatements">PostgreSQL is started anew with <c>pg_stat_statements</c>, which costs it a little.</param>
/// <param name="Only">The kind of job whose closed load is all that is measured; null for everything.</param>
/// <param name="Json">A file for everything that was measured; null for none.</param>
/// <param name="Management">RabbitMQ's management API; null where it does not run.</param>
internal sealed record WholeOptions(
    int Accounts, int Connections, TimeSpan Loading, TimeSpan Warming, int MostJobs, double Rate, TimeSpan Idling, TimeSpan Patience,
    bool CountsStatements, bool HasBaseline, bool IsShort, JobKind? Only, string? Json,
    [property: JsonIgnore] Uri? Management)
{
    public static WholeOptions Of(BenchArguments arguments)
    {
        var isShort = arguments.Flag("short");
        return new WholeOptions(
            arguments.Number("accounts", isShort ? 4 : 16), arguments.Number("connections", 32),
            TimeSpan.FromSeconds(arguments.Number("seconds", isShort ? 2 : 20)), TimeSpan.FromSeconds(isShort ? 1 : 5),
            arguments.Number("jobs", isShort ? 60 : 20_000),
            double.Parse(arguments.Text("rate") ?? "0", CultureInfo.InvariantCulture), TimeSpan.FromSeconds(isShort ? 3 : 20),
            TimeSpan.FromSeconds(isShort ? 15 : 240), arguments.Flag("statements", !isShort), arguments.Flag("baseline", otherwise: true),
            isShort, arguments.Text("only") is { } only ? Enum.Parse<JobKind>(only, ignoreCase: true) : null,
            arguments.Text("json"), arguments.Text("management") is { } address ? new Uri(address) : null);
    }
}
