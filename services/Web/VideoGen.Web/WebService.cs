using VideoGen.ServiceDefaults;
using VideoGen.Web.Access;
using VideoGen.Web.Account;
using VideoGen.Web.Api;
using VideoGen.Web.Files;
using VideoGen.Web.Jobs;
using VideoGen.Web.Layout;
using VideoGen.Web.Mcp;
using VideoGen.Web.Monitor;
using VideoGen.Web.Operator;
using VideoGen.Web.Studio;

namespace VideoGen.Web;

/// <summary>
/// The pages that people look at, rendered on the server. It owns no data: what it shows it asks of the services, and any
/// number of instances may answer the same browser.
/// </summary>
internal static class WebService
{
    /// <param name="configure">What a test replaces, for example the clock.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults("web");
        builder.AddLayout();
        builder.AddFiles();
        builder.AddAccess();
        builder.AddApi();
        builder.AddStudio();
        builder.AddJobs();
        builder.AddAccount();
        builder.AddMonitor();
        builder.AddOperator();
        builder.AddMcp();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseLayout();
        app.UseServiceDefaults(isApi: false);
        app.UseAccess();
        app.MapFiles();
        app.MapAccess();
        app.MapStudio();
        app.MapJobs();
        app.MapAccount();
        app.MapMonitor();
        app.MapOperator();
        app.MapMcp();
        return app;
    }
}
