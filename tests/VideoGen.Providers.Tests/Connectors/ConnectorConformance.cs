using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Tests.Harness;
using VideoGen.Testing;

namespace VideoGen.Providers.Tests.Connectors;

/// <summary>
/// What every connector must do: take work, say how it stands, cancel it, find it when the answer was lost, hand out what was made. A fixture
/// derives from this with a connector, the settings that it needs (such as the address of a server that stands for the vendor) and work that it
/// can do; what a vendor has no call for, it says by the properties below.
/// </summary>
internal abstract class ConnectorConformance
{
    protected static readonly JsonElement NoSettings = JsonElement.Parse("{}");

    protected ProvidersApplication Providers { get; private set; } = null!;

    protected AssetServer Assets { get; private set; } = null!;

    protected abstract string ConnectorName { get; }

    /// <summary>What the service is started with.</summary>
    protected virtual IReadOnlyList<(string Name, string Value)> Settings => [];

    /// <summary>An id that the vendor could have given and did not.</summary>
    protected virtual string UnknownVendorId => Guid.CreateVersion7().ToString();

    /// <summary>False when the vendor has no call that stops work.</summary>
    protected virtual bool CanCancel => true;

    /// <summary>False when the vendor can't be asked for work by our own reference.</summary>
    protected virtual bool FindsLostWork => true;

    IConnector Connector => Providers.Services.GetServices<IConnector>().Single(connector => connector.Name == ConnectorName);

    [OneTimeSetUp]
    public async Task Start()
    {
        Assets = await AssetServer.StartAsync();
        Providers = await ProvidersApplication.StartAsync([.. Settings]);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await Providers.DisposeAsync();
        await Assets.DisposeAsync();
    }

    /// <summary>Work that ends well within seconds.</summary>
    protected abstract Task<CreateRequest> GoodWorkAsync();

    /// <summary>Work that takes long enough to be cancelled.</summary>
    protected abstract Task<CreateRequest> LongWorkAsync();

    /// <summary>Work whose input the vendor refuses, at once or later.</summary>
    protected abstract Task<CreateRequest> ImpossibleWorkAsync();

    /// <summary>Work whose acceptance never reaches us.</summary>
    protected abstract Task<CreateRequest> UnacknowledgedWorkAsync();

    [Test]
    public void It_has_a_name_that_routes_can_use() => Assert.That(Connector.Name, Does.Match("^[a-z0-9-]+$"));

    [Test]
    public void It_is_configured_and_is_looked_at_at_a_sane_pace()
    {
        Assert.That(Connector.IsConfigured, Is.True);
        Assert.That(Connector.PollEvery, Is.InRange(TimeSpan.FromMilliseconds(50), TimeSpan.FromHours(1)));
    }

    [Test]
    public void It_names_an_unknown_model_in_a_route()
    {
        var faults = new List<CatalogFault>();
        var json = JsonElement.Parse($$"""{"connector":"{{ConnectorName}}","model":"no-such-model"}""");
        Connector.CheckRoute(new JsonPlace(json, "x.json", "$.routes[0]", faults), new ConnectorRoute(ConnectorName, "no-such-model", null, null));
        Assert.That(faults.Select(fault => fault.Path), Does.Contain("$.routes[0].model"));
    }

    [Test]
    public async Task Accepted_work_ends_with_outputs_that_can_be_fetched()
    {
        var id = await AcceptAsync(await GoodWorkAsync());
        var succeeded = (VendorState.Succeeded)await EndOfAsync(id);
        Assert.That(succeeded.Outputs, Is.Not.Empty);
        foreach (var output in succeeded.Outputs)
        {
            Assert.That(output.MediaType, Does.StartWith($"{output.Kind}/"));
            Assert.That((output.Url is null) ^ (output.Inline is null), "an output is a link or inline, never both");
            Assert.That((await Providers.FetchFactsAsync(output)).Facts.Kind, Is.EqualTo(output.Kind));
        }
    }

    [Test]
    public async Task Two_pieces_of_work_have_ids_of_their_own_and_each_is_found_by_its_reference()
    {
        var (one, other) = (await GoodWorkAsync(), await GoodWorkAsync());
        var ids = (One: await AcceptAsync(one), Other: await AcceptAsync(other));
        Assert.That(ids.One, Is.Not.EqualTo(ids.Other));
        Assume.That(FindsLostWork, "the vendor does not know our references");
        Assert.That(await Connector.FindAsync(Lost(other), CancellationToken.None), Is.EqualTo(new FindAnswer.Found(ids.Other)));
        Assert.That(await Connector.FindAsync(Lost(one), CancellationToken.None), Is.EqualTo(new FindAnswer.Found(ids.One)));
    }

    [Test]
    public async Task Progress_never_goes_back()
    {
        var id = await AcceptAsync(await GoodWorkAsync());
        var seen = new List<int>();
        await Eventually.ThatAsync(async () =>
        {
            var state = await Connector.GetAsync(Work(id), CancellationToken.None);
            if (state is VendorState.Running running) seen.Add(running.Percent);
            return state is VendorState.Succeeded;
        }, TimeSpan.FromSeconds(30));
        Assert.That(seen, Is.Ordered.And.All.InRange(0, 99));
    }

    [Test]
    public async Task The_state_of_ended_work_stays()
    {
        var id = await AcceptAsync(await GoodWorkAsync());
        var first = (VendorState.Succeeded)await EndOfAsync(id);
        var second = (VendorState.Succeeded)await Connector.GetAsync(Work(id), CancellationToken.None);
        Assert.That(second.Outputs, Is.EqualTo(first.Outputs));
    }

    [Test]
    public async Task Impossible_work_is_the_inputs_fault_and_says_why()
    {
        var answer = await Connector.CreateAsync(await ImpossibleWorkAsync(), CancellationToken.None);
        var refusal = answer is CreateAnswer.Refused refused
            ? refused.Refusal
            : ((VendorState.Failed)await EndOfAsync(((CreateAnswer.Accepted)answer).VendorId)).Refusal;
        Assert.That((refusal.Kind, refusal.MayFailOver), Is.EqualTo((RefusalKind.Input, false)));
        Assert.That(refusal.Message, Is.Not.Empty.And.Not.Contain(Providers.Settings.WorkFolder));
    }

    [Test]
    public async Task Cancelling_stops_the_work_and_bears_repetition()
    {
        var id = await AcceptAsync(await LongWorkAsync());
        if (!CanCancel)
        {
            Assert.That(await Connector.CancelAsync(Work(id), CancellationToken.None), Is.EqualTo(CancelAnswer.NotPossible));
            return;
        }

        Assert.That(await Connector.CancelAsync(Work(id), CancellationToken.None), Is.EqualTo(CancelAnswer.Stopped));
        Assert.That(await Connector.CancelAsync(Work(id), CancellationToken.None), Is.EqualTo(CancelAnswer.Stopped));
        Assert.That(await Connector.GetAsync(Work(id), CancellationToken.None), Is.TypeOf<VendorState.Cancelled>());
    }

    [Test]
    public async Task Cancelling_ended_work_changes_nothing()
    {
        var id = await AcceptAsync(await GoodWorkAsync());
        await EndOfAsync(id);
        Assert.That(await Connector.CancelAsync(Work(id), CancellationToken.None), Is.EqualTo(CanCancel ? CancelAnswer.AlreadyEnded : CancelAnswer.NotPossible));
        Assert.That(await Connector.GetAsync(Work(id), CancellationToken.None), Is.TypeOf<VendorState.Succeeded>());
    }

    [Test]
    public async Task Work_whose_acknowledgement_was_lost_is_found_by_our_reference()
    {
        var request = await UnacknowledgedWorkAsync();
        Assert.That(async () => await Connector.CreateAsync(request, CancellationToken.None), Throws.Exception);
        if (!FindsLostWork)
        {
            Assert.That(await Connector.FindAsync(Lost(request), CancellationToken.None), Is.TypeOf<FindAnswer.Undecided>(), "never a guess");
            return;
        }

        var found = (FindAnswer.Found)await Connector.FindAsync(Lost(request), CancellationToken.None);
        Assert.That(await EndOfAsync(found.VendorId), Is.TypeOf<VendorState.Succeeded>());
    }

    [Test]
    public async Task Work_that_never_arrived_is_absent() =>
        Assert.That(await Connector.FindAsync(Lost(await GoodWorkAsync()), CancellationToken.None), Is.TypeOf(FindsLostWork ? typeof(FindAnswer.Absent) : typeof(FindAnswer.Undecided)));

    [Test]
    public async Task Unknown_work_is_gone() => Assert.That(await Connector.GetAsync(Work(UnknownVendorId), CancellationToken.None), Is.TypeOf<VendorState.Gone>());

    [Test]
    public async Task Cancelling_unknown_work_is_harmless() =>
        Assert.That(await Connector.CancelAsync(Work(UnknownVendorId), CancellationToken.None) != CancelAnswer.NotPossible, Is.EqualTo(CanCancel));

    [Test]
    public async Task Renewed_outputs_can_be_fetched_and_unknown_ones_are_gone()
    {
        var id = await AcceptAsync(await GoodWorkAsync());
        await EndOfAsync(id);
        var renewed = (VendorState.Succeeded)await Connector.RenewOutputsAsync(Work(id), CancellationToken.None);
        await Providers.FetchFactsAsync(renewed.Outputs[0]);
        Assert.That(await Connector.RenewOutputsAsync(Work(UnknownVendorId), CancellationToken.None), Is.TypeOf<VendorState.Gone>());
    }

    protected static CreateRequest Request(
        string model, object input, IReadOnlyList<GenerationAsset>? assets = null, SimulatorScript? script = null, JsonElement? settings = null) => new(
        Guid.CreateVersion7(), model, JsonSerializer.SerializeToElement(input), assets ?? [], settings ?? NoSettings, script, DateTimeOffset.UtcNow.AddMinutes(5));

    /// <summary>As it is remembered: by the vendor's id alone.</summary>
    static VendorWork Work(string vendorId) => new(Guid.Empty, vendorId, "");

    static LostWork Lost(CreateRequest request) => new(request, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow);

    protected async Task<string> AcceptAsync(CreateRequest request) =>
        ((CreateAnswer.Accepted)await Connector.CreateAsync(request, CancellationToken.None)).VendorId;

    protected Task<VendorState> EndOfAsync(string vendorId) => Eventually.GetAsync(
        async () => await Connector.GetAsync(Work(vendorId), CancellationToken.None) is var state and not (VendorState.Waiting or VendorState.Running) ? state : null,
        TimeSpan.FromSeconds(30), $"the work {vendorId} ends");

    /// <summary>Has the work done and reads what came out.</summary>
    protected async Task<(byte[] Bytes, Ffmpeg.Probing.MediaFacts Facts)> MakeAsync(CreateRequest request)
    {
        var state = await EndOfAsync(await AcceptAsync(request));
        return await Providers.FetchFactsAsync(((state as VendorState.Succeeded)?.Outputs ?? throw new AssertionException($"It ended as {state}"))[0]);
    }

    /// <summary>Has the work refused and answers why.</summary>
    protected async Task<Refusal> FailAsync(CreateRequest request) => ((VendorState.Failed)await EndOfAsync(await AcceptAsync(request))).Refusal;
}
