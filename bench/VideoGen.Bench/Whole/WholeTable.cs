using System.Globalization;
using System.Text;

namespace VideoGen.Bench.Whole;

/// <summary>A run in words: a table of figures beside the baseline's, one of what each process used, and what was left out.</summary>
internal static class WholeTable
{
    public static string Write(WholeResult result, IReadOnlyDictionary<string, KeptRow> kept)
    {
        var text = new StringBuilder();
        var (accounts, connections) = (result.Options.Accounts, result.Options.Connections);
        text.Append(CultureInfo.InvariantCulture, $"{result.At:yyyy-MM-dd HH:mm} UTC, {result.Processors} processors, ")
            .AppendLine(CultureInfo.InvariantCulture, $"{accounts} accounts, {connections} connections");
        text.AppendLine().AppendLine($"{KeptTable.FirstLine} baseline | ratio | kept before (ratio) |").AppendLine("|---|---|---|---|---|");
        foreach (var row in Rows(result).Where(row => row.Own is not null || row.Baseline is not null))
            text.AppendLine(row.Write(kept.GetValueOrDefault(row.Figure)));
        text.AppendLine().Append(Processes(result));
        foreach (var (name, load) in Named(result).Where(one => Unclean(one.Load))) text.AppendLine().Append(Uncleanness(name, load));
        if (result.LeftOut.Count > 0) text.AppendLine().AppendLine("Left out:").AppendLine();
        foreach (var reason in result.LeftOut) text.AppendLine(CultureInfo.InvariantCulture, $"- {reason}");
        return text.ToString();
    }

    public static IEnumerable<LoadResult> Loads(TargetResult target) =>
        new[] { target.Text, target.Image, target.Tenth, target.Half, target.AtRate }.OfType<LoadResult>();

    static IEnumerable<TableRow> Rows(WholeResult result)
    {
        var (own, other) = (result.System, result.Baseline);
        return
        [
            .. Closed("text", own.Text, other?.Text),
            .. Closed("image", own.Image, other?.Image),
            new("image: different files", own.Image?.DifferentFiles, other?.Image?.DifferentFiles),
            .. Open("at a tenth", own.Tenth, other?.Tenth),
            .. Open("at half", own.Half, other?.Half),
            .. Open("at the rate given", own.AtRate, other?.AtRate),
            new("status reads/s", own.Reads?.PerSecond, other?.Reads?.PerSecond),
            new("status read p50", own.Reads?.Read.P50, other?.Reads?.Read.P50, "ms"),
            new("status read p99", own.Reads?.Read.P99, other?.Reads?.Read.P99, "ms"),
            new("status read: CPU", own.Reads?.ProcessorMilliseconds, other?.Reads?.ProcessorMilliseconds, "ms"),
            new("pgbench: transactions/s", result.PgBench),
            new("start to ready", result.StartSeconds, Unit: "s"),
            new("idle: transactions/s", result.Idle.Transactions / result.Idle.Seconds),
            new("idle: CPU, of one core", result.Idle.AllProcessorMilliseconds / 10 / result.Idle.Seconds, Unit: "%"),
            new("idle: memory (PSS)", result.IdleMemory.Values.Sum() / 1e6, Unit: "MB"),
            new("after the loads: memory (PSS)", result.Memory.Values.Sum() / 1e6, Unit: "MB"),
        ];
    }

    static IEnumerable<TableRow> Closed(string kind, LoadResult? own, LoadResult? other)
    {
        return
        [
            new($"{kind}: accepted/s", own?.AcceptedPerSecond, other?.AcceptedPerSecond),
            new($"{kind}: completed/s", own?.CompletedPerSecond, other?.CompletedPerSecond),
            .. Times(kind, own, other),
            new($"{kind}: jobs accepted", own?.Accepted, other?.Accepted),
            new($"{kind}: jobs completed, webhook verified", own?.Completed, other?.Completed),
            new($"{kind}: webhooks received", own?.Webhooks, other?.Webhooks),
            Used("CPU a job", used => used.AllProcessorMilliseconds, "ms"),
            Used("transactions a job", used => used.Transactions),
            Used("statements a job", used => used.Statements),
            Used("messages a job", used => used.Messages),
            Used("processes and threads started a job", used => used.ProcessesStarted),
        ];

        TableRow Used(string what, Func<Usage, double?> figure, string unit = "") =>
            new($"{kind}: {what}", PerJob(own, figure), PerJob(other, figure), unit);
    }

    static IEnumerable<TableRow> Open(string rate, LoadResult? own, LoadResult? other) =>
        [new($"text {rate}: accepted/s", own?.AcceptedPerSecond, other?.AcceptedPerSecond), .. Times($"text {rate}", own, other)];

    static IEnumerable<TableRow> Times(string load, LoadResult? own, LoadResult? other) =>
    [
        new($"{load}: submit p50", own?.Submit.P50, other?.Submit.P50, "ms"),
        new($"{load}: submit p99", own?.Submit.P99, other?.Submit.P99, "ms"),
        new($"{load}: end to end p50", own?.EndToEnd.P50, other?.EndToEnd.P50, "ms"),
        new($"{load}: end to end p99", own?.EndToEnd.P99, other?.EndToEnd.P99, "ms"),
        new($"{load}: until the webhook p50", own?.ToWebhook.P50, other?.ToWebhook.P50, "ms"),
        new($"{load}: until the webhook p99", own?.ToWebhook.P99, other?.ToWebhook.P99, "ms"),
    ];

    static double? PerJob(LoadResult? load, Func<Usage, double?> figure) =>
        load is { Completed: > 0 } ? figure(load.Usage) / load.Completed : null;

    static string Processes(WholeResult result)
    {
        var text = new StringBuilder();
        text.Append("| process | CPU a text job | CPU an image job | CPU a status read | ")
            .AppendLine("idle, of one core | memory (PSS), idle | after the loads |").AppendLine("|---|---|---|---|---|---|---|");
        foreach (var name in result.Memory.Keys.Order(StringComparer.Ordinal))
            text.AppendLine(Process(result, name));
        return text.ToString();
    }

    static string Process(WholeResult result, string name)
    {
        var (own, idle) = (result.System, result.Idle.ProcessorMilliseconds.GetValueOrDefault(name) / 10 / result.Idle.Seconds);
        var read = own.Reads is { Count: > 0 } reads ? reads.Usage.ProcessorMilliseconds.GetValueOrDefault(name) / reads.Count : 0;
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {Of(own.Text):0.0} ms | {Of(own.Image):0.0} ms | {read:0.00} ms | {idle:0.0} % | "
            + $"{result.IdleMemory.GetValueOrDefault(name) / 1e6:0} MB | {result.Memory[name] / 1e6:0} MB |");

        double? Of(LoadResult? load) => PerJob(load, used => used.ProcessorMilliseconds.GetValueOrDefault(name));
    }

    static IEnumerable<(string Name, LoadResult Load)> Named(WholeResult result) =>
        Loads(result.System).Select(load => ("VideoGen", load))
            .Concat(result.Baseline is { } other ? Loads(other).Select(load => ("baseline", load)) : []);

    static bool Unclean(LoadResult load) => load.Failed + load.Unfinished + load.Forged + load.Refusals.Count > 0;

    static string Uncleanness(string name, LoadResult load)
    {
        var refused = load.Refusals.Count == 0 ? "none" : string.Join(", ", load.Refusals.Select(one => $"{one.Value} with {one.Key}"));
        return string.Create(CultureInfo.InvariantCulture, $"""
            {name}: of {load.Accepted} jobs accepted {load.Failed} failed and {load.Unfinished} had not ended;
            {load.Forged} webhooks with a wrong signature; submits refused: {refused}

            """);
    }
}
