using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Connectors.Described;
using VideoGen.Providers.Connectors.MediaTools;
using VideoGen.Providers.Connectors.Simulator;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Tests.Connectors.Described;

namespace VideoGen.Providers.Tests.Harness;

/// <summary>A vendor whose every answer a test decides, and who counts what it is asked.</summary>
internal sealed class FakeVendor(string name) : IConnector
{
    readonly ConcurrentDictionary<Guid, string> _accepted = new();

    public string Name => name;

    public ConnectorKind Kind => ConnectorKind.Vendor;

    public bool IsConfigured { get; set; } = true;

    public IReadOnlyList<ConnectorKey> Keys { get; set; } = [];

    public ConnectorBudget Budget { get; set; } = ConnectorBudget.Unlimited;

    public TimeSpan PollEvery { get; set; } = TimeSpan.FromMilliseconds(50);

    public ConcurrentQueue<CreateRequest> Created { get; } = new();

    public ConcurrentQueue<string> Cancelled { get; } = new();

    /// <summary>Throws to lose the answer; the work is accepted all the same unless <see cref="Accepts"/> is false.</summary>
    public Func<CreateRequest, Task<CreateAnswer?>> OnCreate { get; set; } = Accept;

    /// <summary>False: a create that throws leaves nothing behind.</summary>
    public bool Accepts { get; set; } = true;

    public Func<string, VendorState> OnGet { get; set; } = Deliver;

    public Func<CancelAnswer> OnCancel { get; set; } = Stop;

    /// <summary>Null: the truth.</summary>
    public Func<FindAnswer?> OnFind { get; set; } = Truth;

    public Func<VendorState> OnRenew { get; set; } = Forget;

    public static VendorState Done { get; } = new VendorState.Succeeded([new GenerationOutput("video", new Uri("https://vendor.example/video.mp4"), Inline: null, "video/mp4")]);

    /// <summary>Behaves well again and forgets what it was asked.</summary>
    public void Reset()
    {
        (OnCreate, OnGet, OnCancel, OnFind, OnRenew, Accepts) = (Accept, Deliver, Stop, Truth, Forget, true);
        Created.Clear();
        Cancelled.Clear();
    }

    static Task<CreateAnswer?> Accept(CreateRequest request) => Task.FromResult<CreateAnswer?>(null);

    static VendorState Deliver(string vendorId) => Done;

    static CancelAnswer Stop() => CancelAnswer.Stopped;

    static FindAnswer? Truth() => null;

    static VendorState Forget() => new VendorState.Gone();

    public void CheckRoute(JsonPlace place, ConnectorRoute route)
    {
    }

    public async Task<CreateAnswer> CreateAsync(CreateRequest request, CancellationToken ct)
    {
        Created.Enqueue(request);
        if (Accepts) _accepted[request.ClientReference] = $"{name}-{request.ClientReference}";
        return await OnCreate(request) ?? new CreateAnswer.Accepted(_accepted[request.ClientReference]);
    }

    public Task<VendorState> GetAsync(VendorWork work, CancellationToken ct) => Task.FromResult(OnGet(work.VendorId));

    public Task<CancelAnswer> CancelAsync(VendorWork work, CancellationToken ct)
    {
        Cancelled.Enqueue(work.VendorId);
        return Task.FromResult(OnCancel());
    }

    public Task<FindAnswer> FindAsync(LostWork lost, CancellationToken ct) => Task.FromResult(
        OnFind() ?? (_accepted.TryGetValue(lost.ClientReference, out var id) ? new FindAnswer.Found(id) : new FindAnswer.Absent()));

    public Task<VendorState> RenewOutputsAsync(VendorWork work, CancellationToken ct) => Task.FromResult(OnRenew());
}

/// <summary>The service's own connectors, good enough for checking routes: nothing is called on them.</summary>
internal sealed class FakeConnectors
{
    /// <summary>Those that no description makes.</summary>
    public IReadOnlyList<IConnector> Own { get; } =
    [
        new SimulatorConnector(null!, null!, Options.Create(new SimulatorOptions())),
        new MediaToolsConnector(null!),
    ];

    /// <summary>With every described vendor.</summary>
    public IReadOnlyList<IConnector> All => field ??= [.. Own, .. Descriptions.All.Values.Select(Described)];

    static DescribedConnector Described(VendorDescription vendor) =>
        new(vendor, new DescribedVendorOptions(), null!, null!, TimeProvider.System);
}
