using System.Globalization;
using VideoGen.Bench.Measuring;

namespace VideoGen.Bench.Dialects;

/// <summary>
/// What a dialect's call costs beside the native call that it maps to. Both are driven in turn, block by block, against the same
/// system; the cost of a call is the processor time of a block divided by its calls, and the figure shown is the median of the rounds.
/// </summary>
internal static class DialectsCommand
{
    const int Concurrency = 8;

    /// <summary>Blocks before anything is counted: compiling what a path needs costs more than a block of calls.</summary>
    const int WarmUps = 3;

    public static BenchCommand Command { get; } = new(
        "dialects", "CPU of a dialect's call over that of the native call: --rounds 5, --only text", RunAsync);

    static async Task<int> RunAsync(BenchArguments arguments)
    {
        await using var system = await BenchedSystem.OpenAsync(arguments);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(system.Gateway),
        };
        var accounts = new BenchAccounts(system, http);
        var meter = new CostMeter(system);
        await Console.Out.WriteLineAsync("""
            | call | gateway, native | gateway, dialect | ratio | system, native | system, dialect | ratio |
            |---|---|---|---|---|---|---|
            """);
        foreach (var name in DialectPairs.Names.Where(name => arguments.Text("only") is not { } only || name.Contains(only, StringComparison.Ordinal)))
        {
            var pair = await DialectPairs.PrepareAsync(name, accounts);
            await Console.Out.WriteLineAsync(Row(name, await MeasureAsync(meter, http, pair, arguments.Number("rounds", 5))));
        }
        return 0;
    }

    static async Task<List<(Cost Native, Cost Dialect)>> MeasureAsync(CostMeter meter, HttpClient http, Pair pair, int rounds)
    {
        var number = 0;
        for (var block = 0; block < WarmUps; block++)
        {
            await BlockAsync(pair.Native);
            await BlockAsync(pair.Dialect);
        }

        await meter.RestAsync();
        var measured = new List<(Cost, Cost)>();
        for (var round = 0; round < rounds; round++)
        {
            var native = await meter.OfAsync(() => BlockAsync(pair.Native));
            var dialect = await meter.OfAsync(() => BlockAsync(pair.Dialect));
            measured.Add((native / pair.Calls, dialect / pair.Calls));
        }
        return measured;

        async Task BlockAsync(Func<int, IReadOnlyList<HttpRequestMessage>> call)
        {
            var last = number + pair.Calls;
            await Task.WhenAll(Enumerable.Range(0, Concurrency).Select(_ => DriveAsync()));

            async Task DriveAsync()
            {
                while (Interlocked.Increment(ref number) is var mine && mine <= last)
                    foreach (var request in call(mine)) await SendAsync(http, request);
            }
        }
    }

    static async Task SendAsync(HttpClient http, HttpRequestMessage request)
    {
        using (request)
        using (var answer = await http.SendAsync(request))
        {
            if (!answer.IsSuccessStatusCode)
                throw new InvalidOperationException($"{request.Method} {request.RequestUri} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            await answer.Content.CopyToAsync(Stream.Null);
        }
    }

    static string Row(string name, List<(Cost Native, Cost Dialect)> measured)
    {
        var gateway = (Native: Median(one => one.Native.Gateway), Dialect: Median(one => one.Dialect.Gateway));
        var system = (Native: Median(one => one.Native.System), Dialect: Median(one => one.Dialect.System));
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {gateway.Native:0.000} ms | {gateway.Dialect:0.000} ms | {gateway.Dialect / gateway.Native:0.00} | "
            + $"{system.Native:0.00} ms | {system.Dialect:0.00} ms | {system.Dialect / system.Native:0.00} |");

        double Median(Func<(Cost Native, Cost Dialect), TimeSpan> figure) =>
            measured.Select(one => figure(one).TotalMilliseconds).Order().ElementAt(measured.Count / 2);
    }
}
