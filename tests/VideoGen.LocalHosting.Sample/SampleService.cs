using System.Collections;
using System.Diagnostics;

namespace VideoGen.LocalHosting.Sample;

/// <summary>
/// A service that says at its start what it was given and whether those it refers to answer already. Environment:
/// <c>SAMPLE_READY_AFTER_MS</c> (not healthy before), <c>SAMPLE_CHILD=true</c> (starts a child of its own and forgets it),
/// <c>SAMPLE_BROKEN=true</c> (ends at once with code 3), <c>SAMPLE_IGNORES_TERM=true</c> (only SIGKILL ends it).
/// </summary>
internal static class SampleService
{
    private const int Broken = 3;

    internal static async Task<int> RunAsync(string[] args)
    {
        var name = args[0];
        if (Flag("SAMPLE_BROKEN"))
        {
            await Console.Error.WriteLineAsync("broken on purpose");
            return Broken;
        }

        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var key = (string)variable.Key;
            if (key.StartsWith("services__", StringComparison.Ordinal))
                Console.WriteLine($"{name} sees {key}: {await StatusAsync((string)variable.Value!)}");
            if (key.StartsWith("ConnectionStrings__", StringComparison.Ordinal) || key.StartsWith("SAMPLE_", StringComparison.Ordinal))
                Console.WriteLine($"{name} has {key}={variable.Value}");
        }

        if (Flag("SAMPLE_CHILD"))
            Console.WriteLine($"{name} forgets {Process.Start("sleep", "600").Id}");
        return Serve(name);
    }

    private static int Serve(string name)
    {
        var readyAfter = TimeSpan.FromMilliseconds(int.Parse(Environment.GetEnvironmentVariable("SAMPLE_READY_AFTER_MS") ?? "0"));
        var builder = WebApplication.CreateBuilder([]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var running = Stopwatch.StartNew();
        app.MapGet("/health", () => running.Elapsed < readyAfter ? Results.StatusCode(503) : Results.Ok());
        app.Lifetime.ApplicationStopping.Register(() =>
        {
            Console.WriteLine($"{name} stops");
            if (Flag("SAMPLE_IGNORES_TERM"))
                Thread.Sleep(Timeout.Infinite);
        });
        app.Run();
        return 0;
    }

    private static async Task<string> StatusAsync(string url)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        try
        {
            using var answer = await http.GetAsync(new Uri($"{url}/health"));
            return ((int)answer.StatusCode).ToString();
        }
        catch (HttpRequestException problem)
        {
            return problem.HttpRequestError.ToString();
        }
    }

    private static bool Flag(string variable) => Environment.GetEnvironmentVariable(variable) == "true";
}
