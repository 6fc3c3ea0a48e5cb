using VideoGen.Gateway.Callers;
using VideoGen.Gateway.Dialects;
using VideoGen.Gateway.Limits;
using VideoGen.Gateway.OpenApi;
using VideoGen.Gateway.Routes;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults;
using VideoGen.ServiceDefaults.Bus;
using VideoGen.ServiceDefaults.Health;
using VideoGen.ServiceDefaults.Resilience;

namespace VideoGen.Gateway;

/// <summary>
/// The gateway: who is calling, limits, routes, dialects. The order of the middleware is the order of its promises: whatever
/// refuses a request further in is answered in the shape, and with the headers, that were settled further out.
/// </summary>
internal static class GatewayHost
{
    /// <param name="configure">What a test replaces, for example the clock.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults("gateway");
        builder.AddCallers();
        builder.AddLimits();
        builder.AddRoutes();
        builder.AddOpenApi();
        builder.AddDialects();
        builder.AddListeningBus(bus =>
        {
            bus.AddCallerConsumers();
            bus.AddDialectConsumers();
        });
        configure?.Invoke(builder);

        // Before any middleware reads a setting, so that every fault is named and not only the first that is met.
        var app = builder.Build().CheckSettings();
        app.UseDialects();
        app.UseProblems();
        app.UseOutages();
        app.UseRequestChecks();
        app.UseWebSockets();
        app.UseCrossOrigin();
        app.UseRouting();
        app.UseCallers();
        app.UseLimits();
        app.UseWatches();
        // What is forwarded is judged where it is read.
        app.UseWhen(RouteExtensions.IsOwnRoute, own => own.UseRequestRules());
        app.MapHealth();
        app.MapRoutes();
        app.MapOpenApi();
        app.MapDialects();
        return app;
    }
}
