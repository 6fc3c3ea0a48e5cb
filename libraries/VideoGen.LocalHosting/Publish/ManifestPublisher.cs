using Aspire.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using VideoGen.LocalHosting.Run;

namespace VideoGen.LocalHosting.Publish;

/// <summary>Writes the manifest to <c>--output-path</c> (default <c>aspire-manifest.json</c> here; a folder means that name in it) and ends.</summary>
internal sealed class ManifestPublisher(
    SystemDrawing drawing, LocalSettings settings, Outcome outcome, IHostApplicationLifetime lifetime) : BackgroundService
{
    private const string FileName = "aspire-manifest.json";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var path = Path.GetFullPath(settings.Configuration["output-path"] ?? FileName);
            if (Directory.Exists(path))
                path = Path.Combine(path, FileName);
            await File.WriteAllTextAsync(path, ManifestWriter.Write(drawing, Path.GetDirectoryName(path)!), stoppingToken);
            await Console.Out.WriteLineAsync($"Wrote {path}");
        }
        catch (Exception problem)
        {
            outcome.Failure = problem;
        }

        lifetime.StopApplication();
    }
}

internal static class ManifestPublisherRegistration
{
    internal static IServiceCollection AddManifestPublisher(this IServiceCollection services) =>
        services.AddHostedService<ManifestPublisher>();
}
