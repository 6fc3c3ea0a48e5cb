using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using VideoGen.VendorSimulators.Apis;

namespace VideoGen.VendorSimulators;

/// <summary>The vendors' wire APIs, written from their documents and from nothing of ours, on one port of this machine.</summary>
internal sealed class SimulatedVendors : IAsyncDisposable
{
    /// <summary>What every vendor here makes.</summary>
    public static readonly byte[] File = [.. Enumerable.Range(0, 1000).Select(index => (byte)index)];

    readonly WebApplication _app;
    readonly Dictionary<string, SimulatedVendor> _vendors = new(StringComparer.Ordinal);

    SimulatedVendors(WebApplication app) => _app = app;

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public IEnumerable<string> Names => _vendors.Keys;

    /// <summary>What the links to finished work lead to; <see cref="File"/> unless told.</summary>
    public Func<Job, byte[]> Makes { get; set; } = _ => File;

    public SimulatedVendor this[string name] => _vendors[name];

    public static async Task<SimulatedVendors> StartAsync(string address = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        var app = builder.Build();
        var vendors = new SimulatedVendors(app);
        IWireApi[] apis =
        [
            new ReplicateApi(), new XAiApi(), new OpenAiApi(), new ElevenLabsApi(), new ArkApi(), new MiniMaxApi(), new KlingApi(),
                new DashScopeApi(), new RunwayApi(),
            new BflApi(), new LtxApi(), new LumaApi(), new LumaDreamMachineApi(), new ViduApi(), new OpenAiVideosApi(),
        ];
        foreach (var api in apis)
        {
            var vendor = vendors._vendors[api.Name] = new SimulatedVendor(api.Name, job => vendors.Makes(job));
            api.Map(app.MapGroup($"/{api.Name}"), vendor);
        }

        // {vendor}-{work}.{link}.bin for what was made, any other name for what is put in.
        app.MapGet("/_files/{name}", (string name) => name.Split('.') is [var work, var link, "bin"]
            ? vendors[work[..work.LastIndexOf('-')]].File(work, int.Parse(link, CultureInfo.InvariantCulture))
            : Results.Bytes(File, "application/octet-stream"));
        app.MapPost("/_next/{vendor}/{behaviour}", (string vendor, Behaviour behaviour) => vendors[vendor].Next(behaviour));
        app.MapPost("/_always/{vendor}/{behaviour}", (string vendor, Behaviour behaviour) => vendors[vendor].Always = behaviour);
        app.MapPost("/_keys/{vendor}/{key}/{behaviour}",
            (string vendor, string key, Behaviour behaviour) => vendors[vendor].Keys[key] = behaviour);
        app.MapGet("/_accepted/{vendor}",
            (string vendor) => vendors[vendor].Accepted.Select(job => new { job.Id, job.Task, job.Key, job.CreatedAt }));
        app.MapGet("/health", () => "healthy");
        await app.StartAsync();
        return vendors;
    }

    public Task WaitAsync() => _app.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>One vendor's API.</summary>
internal interface IWireApi
{
    string Name { get; }

    void Map(RouteGroupBuilder routes, SimulatedVendor vendor);
}
