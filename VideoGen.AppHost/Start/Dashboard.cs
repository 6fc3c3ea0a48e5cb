using System.Globalization;
using Microsoft.Extensions.Configuration;
using VideoGen.Hosting.LocalServers;

namespace VideoGen.AppHost.Start;

/// <summary>
/// Aspire's dashboard on this machine: on a port that stays, with its records in the run's folder, without calls to the outside.
/// </summary>
internal static class Dashboard
{
    private const int UsualPort = 18888;

    /// <summary>Where a browser signs in; null without a dashboard.</summary>
    internal static Uri? AddDashboard(this IDistributedApplicationBuilder builder, UpOptions options)
    {
        if (!options.Dashboard)
            return null;
        var run = builder.CurrentRun();
        var address = AddressOf(run.PortOf("dashboard.http", builder.Configuration.GetValue("Dashboard:Port", UsualPort)));
        var settings = builder.Configuration;
        settings["ASPNETCORE_URLS"] = address;
        settings["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = AddressOf(run.PortOf("dashboard.otlp"));
        settings["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = AddressOf(run.PortOf("dashboard.resources"));
        settings["ASPIRE_DASHBOARD_DATA_DIRECTORY"] = Path.Combine(run.Folder, "dashboard");
        settings["ASPIRE_DASHBOARD_TELEMETRY_OPTOUT"] = "true";
        settings["ASPIRE_VERSION_CHECK_DISABLED"] = "true";
        return new($"{address}/login?t={settings["AppHost:BrowserToken"]}");
    }

    /// <summary>
    /// Operators' pages lead there. Their link has no token: signing in to the dashboard is for who reads this machine's terminal.
    /// </summary>
    internal static Uri? LinkedFrom<TProject>(this Uri? dashboard, IResourceBuilder<TProject> web)
        where TProject : IResourceWithEnvironment
    {
        if (dashboard is not null)
            web.WithEnvironment("Web__Operator__DashboardUrl", dashboard.GetLeftPart(UriPartial.Authority));
        return dashboard;
    }

    private static string AddressOf(int port) => $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}";
}
