using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Connectors.Described;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Tests.Harness;
using VideoGen.VendorSimulators;

namespace VideoGen.Providers.Tests.Connectors.Described;

/// <summary>One task of one vendor.</summary>
public sealed record Spoken(string Vendor, string Task)
{
    public override string ToString() => $"{Vendor} {Task}";
}

/// <summary>
/// Every description against a server that speaks as the vendor does, well and badly. The servers are written from the vendors'
/// documents; what they were asked for is their own books, in which no work may stand twice.
/// </summary>
[TestFixture]
internal sealed class Speaking_with_simulated_vendors
{
    /// <summary>Refusals that a vendor does not make, or does not tell from others, in its answer to a create.</summary>
    static readonly Dictionary<(string, Behaviour), RefusalKind> Otherwise = new()
    {
        [("bfl", Behaviour.RefuseContent)] = RefusalKind.Lost, [("bfl", Behaviour.Retired)] = RefusalKind.Lost,
        [("runway", Behaviour.RefuseContent)] = RefusalKind.Input, [("runway", Behaviour.Retired)] = RefusalKind.Lost,
        [("luma", Behaviour.RefuseContent)] = RefusalKind.Input, [("luma-dream-machine", Behaviour.Retired)] = RefusalKind.Lost,
        [("ltx", Behaviour.Retired)] = RefusalKind.Lost, [("minimax v1", Behaviour.Retired)] = RefusalKind.Input,
        [("minimax v2", Behaviour.RefuseContent)] = RefusalKind.Input, [("minimax v2", Behaviour.Retired)] = RefusalKind.Lost,
    };

    SimulatedVendors _vendors = null!;
    ProvidersApplication _providers = null!;
    VendorState? _made;

    public static IEnumerable<Spoken> All =>
        Descriptions.All.Values.SelectMany(vendor => vendor.Tasks.Keys.Select(task => new Spoken(vendor.Name, task)));

    public static IEnumerable<Spoken> Read => All.Where(one => Task(one).Read is not null);

    [OneTimeSetUp]
    public async Task Start()
    {
        var host = await SimulatedHost.GetAsync();
        (_vendors, _providers) = (host.Vendors, host.Providers);
    }

    [TestCaseSource(nameof(All))]
    public async Task Good_work_is_made_and_can_be_fetched(Spoken one)
    {
        var work = await AcceptAsync(one);
        var (made, seen) = await EndAsync(one, work);
        Assert.That(seen, Is.Ordered.And.All.InRange(0, 99));
        var succeeded = made as VendorState.Succeeded ?? throw new AssertionException($"It ended as {made}");
        if (Task(one).Result.Text is not null) Assert.That(succeeded.Text, Is.Not.Empty);
        else Assert.That(await BytesAsync(succeeded.Outputs.Single()), Is.EqualTo(SimulatedVendors.File));
        Assert.That(_vendors[one.Vendor].Accepted.Count(job => IsOf(job, work)), Is.LessThanOrEqualTo(1));
    }

    [TestCaseSource(nameof(Read))]
    public async Task The_state_of_ended_work_stays_and_is_renewed(Spoken one)
    {
        var work = await AcceptAsync(one);
        var (first, _) = await EndAsync(one, work);
        var again = (VendorState.Succeeded)await Connector(one).RenewOutputsAsync(work, CancellationToken.None);
        Assert.That(again.Outputs, Is.EqualTo(((VendorState.Succeeded)first).Outputs));
    }

    [Test]
    public async Task A_refusal_is_told_apart([ValueSource(nameof(All))] Spoken one, [Values(
        Behaviour.RefuseContent, Behaviour.RefuseInput, Behaviour.RefuseMoney, Behaviour.RefuseKey, Behaviour.Busy,
            Behaviour.Retired)] Behaviour why)
    {
        var answer = await CreateAsync(one, why);
        var refusal = (answer as CreateAnswer.Refused)?.Refusal ?? throw new AssertionException($"It answered {answer}");
        var usual = why switch
        {
            Behaviour.RefuseContent => RefusalKind.Content,
            Behaviour.RefuseInput => RefusalKind.Input,
            Behaviour.Busy => RefusalKind.RateLimited,
            Behaviour.Retired => RefusalKind.Failed,
            _ => RefusalKind.Quota,
        };
        var expected = Otherwise.TryGetValue((one.Vendor, why), out var other)
            || Otherwise.TryGetValue(($"{one.Vendor} {one.Task}", why), out other) ? other : usual;
        Assert.That(refusal.Kind, Is.EqualTo(expected), refusal.Detail);
        Assert.That(refusal.Message, Does.Not.Contain("moderat").And.Not.Contain("key"), "no vendor's words reach a customer");
        Assert.That(refusal.Charged, why == Behaviour.RefuseContent && one.Vendor == "xai" ? Is.EqualTo(Charged.Yes)
            : Is.Not.EqualTo(Charged.Yes));
    }

    [Test]
    public async Task A_create_without_a_sure_answer_is_unknown_and_sent_once([ValueSource(nameof(All))] Spoken one, [Values(
        Behaviour.LoseAnswer, Behaviour.BadGateway, Behaviour.Garbage)] Behaviour how)
    {
        _vendors[one.Vendor].Forget();
        var before = _vendors[one.Vendor].Accepted.Count;
        // A file is a file: what is no JSON may be the sound itself, and only the player knows.
        Assume.That(how != Behaviour.Garbage || Task(one).Result.Bytes is not { Path: null });
        var request = Request(one);
        Assert.That(await IsUnknownAsync(one, request, how), Is.True);
        Assert.That(_vendors[one.Vendor].Accepted, Has.Count.EqualTo(before + 1), "one create, whatever became of its answer");

        var found = await Connector(one).FindAsync(Lost(request), CancellationToken.None);
        if (Task(one).Find is null) Assert.That(found, Is.TypeOf<FindAnswer.Undecided>(), "never a guess");
        else Assert.That((found as FindAnswer.Found)?.VendorId, Is.EqualTo(_vendors[one.Vendor].Accepted.Last().Id));
    }

    /// <summary>Ark's list shows neither our id nor the prompt.</summary>
    [Test]
    public async Task Two_lost_creates_that_look_alike_are_not_guessed_at()
    {
        var (ark, request) = (new Spoken("ark", "video"), Request(new Spoken("ark", "video")));
        _vendors["ark"].Forget();
        foreach (var lost in (CreateRequest[])[request, Request(ark)]) await IsUnknownAsync(ark, lost, Behaviour.LoseAnswer);
        Assert.That(await Connector(ark).FindAsync(Lost(request), CancellationToken.None), Is.TypeOf<FindAnswer.Undecided>());
    }

    [TestCaseSource(nameof(All))]
    public async Task A_create_that_never_arrived_is_absent_where_the_vendor_can_tell(Spoken one)
    {
        var before = _vendors[one.Vendor].Accepted.Count;
        var request = Request(one);
        Assert.That(await IsUnknownAsync(one, request, Behaviour.NeverArrive), Is.True);
        Assert.That(_vendors[one.Vendor].Accepted, Has.Count.EqualTo(before));
        var early = await Connector(one).FindAsync(Lost(request, after: TimeSpan.Zero), CancellationToken.None);
        Assert.That(early, Is.TypeOf<FindAnswer.Undecided>(), "it may only be slow");
        var late = await Connector(one).FindAsync(Lost(request), CancellationToken.None);
        Assert.That(late, Task(one).Find is null ? Is.TypeOf<FindAnswer.Undecided>() : Is.TypeOf<FindAnswer.Absent>());
    }

    [Test]
    public async Task Work_that_fails_says_why([ValueSource(nameof(Read))] Spoken one,
        [Values(Behaviour.Fail, Behaviour.FailContent)] Behaviour how)
    {
        _vendors[one.Vendor].Next(how);
        var (end, _) = await EndAsync(one, await AcceptAsync(one));
        var kind = (end as VendorState.Failed)?.Refusal.Kind;
        var isTold = how == Behaviour.FailContent && (one.Vendor, one.Task) != ("minimax", "v2");
        Assert.That(kind, Is.EqualTo(isTold ? RefusalKind.Content : RefusalKind.Failed), $"{end}");
    }

    [Test]
    public async Task A_read_that_goes_wrong_tells_nothing_and_the_work_goes_on([ValueSource(nameof(Read))] Spoken one, [Values(
        Behaviour.ReadsFail, Behaviour.ReadsBusy, Behaviour.ReadGarbage, Behaviour.ReadHuge, Behaviour.ReadBreaks)] Behaviour how)
    {
        var work = await AcceptAsync(one);
        _vendors[one.Vendor].Next(how);
        Assert.That(await LookAsync(one, work), Is.TypeOf<VendorState.Unknown>().Or.TypeOf<VendorState.Waiting>()
            .Or.TypeOf<VendorState.Running>());
        Assert.That((await EndAsync(one, work)).State, Is.TypeOf<VendorState.Succeeded>());
    }

    [TestCaseSource(nameof(Read))]
    public async Task Unknown_work_is_gone(Spoken one)
    {
        var work = await AcceptAsync(one);
        Assert.That(await Connector(one)
            .GetAsync(work with { VendorId = "nobody-knows-it", Memo = Unaddressed(work.Memo) }, CancellationToken.None),
            Is.TypeOf<VendorState.Gone>());
    }

    [Test]
    public async Task Cancelling_stops_what_can_be_stopped([ValueSource(nameof(Read))] Spoken one,
        [Values(Behaviour.Stall, Behaviour.Slow)] Behaviour how)
    {
        _vendors[one.Vendor].Next(how);
        var work = await AcceptAsync(one);
        if (how == Behaviour.Slow) await Connector(one).GetAsync(work, CancellationToken.None);
        var stage = how == Behaviour.Stall ? WorkState.Waiting : WorkState.Running;
        // Some vendors have one word for both.
        var isKnown = Task(one).Read!.States.Values.Any(state => state.As == WorkState.Waiting);
        var can = Task(one).Cancel?.In.Contains(isKnown ? stage : WorkState.Running) == true;
        Assert.That(await Connector(one).CancelAsync(work, CancellationToken.None),
            Is.EqualTo(can ? CancelAnswer.Stopped : CancelAnswer.NotPossible));
        if (can) Assert.That(await Connector(one).CancelAsync(work, CancellationToken.None), Is.EqualTo(CancelAnswer.Stopped), "again");
        Assert.That(_vendors[one.Vendor].Calls.Count(call => call.Contains(work.VendorId, StringComparison.Ordinal)),
            Is.EqualTo(can ? 1 : 0));
    }

    /// <summary>At several vendors the same call deletes what has ended.</summary>
    [TestCaseSource(nameof(Read))]
    public async Task Cancelling_ended_work_deletes_nothing(Spoken one)
    {
        var work = await AcceptAsync(one);
        await EndAsync(one, work);
        Assert.That(await Connector(one).CancelAsync(work, CancellationToken.None),
            Is.EqualTo(Task(one).Cancel is null ? CancelAnswer.NotPossible : CancelAnswer.AlreadyEnded));
        Assert.That(_vendors[one.Vendor].Calls, Has.None.Contains(work.VendorId));
        Assert.That(await Connector(one).GetAsync(work, CancellationToken.None), Is.TypeOf<VendorState.Succeeded>());
    }

    static TaskDescription Task(Spoken one) => Descriptions.Of(one.Vendor).Tasks[one.Task];

    static bool IsOf(Job job, VendorWork work) => job.Id == work.VendorId;

    IConnector Connector(Spoken one) => _providers.Services.GetServices<IConnector>().Single(connector => connector.Name == one.Vendor);

    CreateRequest Request(Spoken one)
    {
        var file = Task(one).Create.Files.Values.FirstOrDefault();
        var input = new Dictionary<string, object> { ["prompt"] = $"fox {Guid.NewGuid():n}", ["text"] = "hello", ["voice"] = "v1" };
        if (file is not null) input[file] = Guid.NewGuid();
        GenerationAsset[] assets = file is null ? []
            : [new GenerationAsset(file, Guid.NewGuid(), new Uri($"{_vendors.Address}/_files/a"), "audio/mpeg",
            SimulatedVendors.File.Length, null, null, null)];
        return new CreateRequest(
            Guid.CreateVersion7(), one.Vendor == "replicate" ? "owner/name" : "some-model", JsonSerializer.SerializeToElement(input),
                assets,
                JsonSerializer.SerializeToElement(new { task = one.Task }), Script: null,
            DateTimeOffset.UtcNow.AddMinutes(5));
    }

    static LostWork Lost(CreateRequest request, TimeSpan? after = null) =>
        new(request, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow + (after ?? TimeSpan.FromMinutes(5)));

    Task<CreateAnswer> CreateAsync(Spoken one, Behaviour behaviour, CreateRequest? request = null)
    {
        _vendors[one.Vendor].Next(behaviour);
        return Connector(one).CreateAsync(request ?? Request(one), CancellationToken.None);
    }

    async Task<bool> IsUnknownAsync(Spoken one, CreateRequest request, Behaviour how)
    {
        try
        {
            return await CreateAsync(one, how, request) is CreateAnswer.Unknown;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }

    /// <summary>As it is remembered, with the result of a vendor whose answer is the result.</summary>
    async Task<VendorWork> AcceptAsync(Spoken one)
    {
        var request = Request(one);
        var answer = await Connector(one).CreateAsync(request, CancellationToken.None);
        var accepted = answer as CreateAnswer.Accepted ?? throw new AssertionException($"It answered {answer}");
        _made = accepted.State;
        return new VendorWork(request.ClientReference, accepted.VendorId, request.Model, accepted.Memo);
    }

    async Task<VendorState> LookAsync(Spoken one, VendorWork work)
    {
        try
        {
            return await Connector(one).GetAsync(work, CancellationToken.None);
        }
        catch (HttpRequestException fault)
        {
            return new VendorState.Unknown(fault.Message);
        }
    }

    async Task<(VendorState State, List<int> Seen)> EndAsync(Spoken one, VendorWork work)
    {
        var seen = new List<int>();
        if (Task(one).Read is null) return (_made!, seen);
        for (var read = 0; read < 20; read++)
        {
            var state = await LookAsync(one, work);
            if (state is VendorState.Running running) seen.Add(running.Percent);
            if (state is not (VendorState.Waiting or VendorState.Running or VendorState.Unknown)) return (state, seen);
        }

        throw new AssertionException("It never ends");
    }

    /// <summary>Without the address that the vendor gave for that very work.</summary>
    static JsonElement? Unaddressed(JsonElement? memo)
    {
        var copy = System.Text.Json.Nodes.JsonNode.Parse(memo!.Value.GetRawText())!;
        copy["poll_url"] = null;
        return JsonSerializer.SerializeToElement(copy);
    }

    async Task<byte[]> BytesAsync(GenerationOutput output)
    {
        if (output.Inline is { } inline) return inline;
        // A link to this service leads to an attempt, of which a connector alone knows nothing.
        if (!output.Url!.AbsolutePath.StartsWith("/internal/vendor-outputs/",
            StringComparison.Ordinal)) return await _providers.Inside.GetByteArrayAsync(output.Url);
        return SimulatedVendors.File;
    }
}
