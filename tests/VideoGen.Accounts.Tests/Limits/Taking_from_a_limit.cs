using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Limits;
using VideoGen.HttpApi;
using VideoGen.Testing;

namespace VideoGen.Accounts.Tests.Limits;

public sealed class Taking_from_a_limit
{
    const string Path = "/internal/limits/take";

    static readonly LimitWindow Hour = new(3600, 100);
    static readonly LimitWindow Day = new(86400, 1000);

    AccountsApplication _accounts = null!;

    [OneTimeSetUp]
    public async Task Start() => _accounts = await AccountsApplication.StartAsync();

    [OneTimeTearDown]
    public Task Stop() => _accounts.DisposeAsync().AsTask();

    [Test]
    public async Task Counts_in_every_window_and_says_how_each_stands()
    {
        var account = Guid.CreateVersion7();
        var first = await TakeAsync(account, "u", count: 3, Hour, Day);
        Assert.Multiple(() =>
        {
            Assert.That((first.Allowed, first.RetryAfterSeconds), Is.EqualTo((true, 0)));
            Assert.That(first.Windows.Select(window => (window.Seconds, window.Limit, window.Remaining)), Is.EqualTo(new[] { (3600, 100, 97), (86400, 1000, 997) }));
            Assert.That(first.Windows[0].ResetSeconds, Is.EqualTo(3600));
            Assert.That(first.Windows[1].ResetSeconds, Is.EqualTo(86400));
        });
    }

    [Test]
    public async Task A_look_counts_nothing()
    {
        var account = Guid.CreateVersion7();
        var untouched = await TakeAsync(account, "u", count: 0, Hour);
        await TakeAsync(account, "u", count: 1, Hour);
        var looks = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TakeAsync(account, "u", count: 0, Hour)));
        Assert.Multiple(() =>
        {
            Assert.That(untouched.Windows[0], Is.EqualTo(new LimitState(3600, 100, 100, 0)));
            Assert.That(looks.Select(look => (look.Allowed, look.Windows[0].Remaining)).Distinct(), Is.EqualTo(new[] { (true, 99) }));
        });
    }

    [Test]
    public async Task Two_hundred_at_once_get_exactly_what_the_limit_allows()
    {
        var account = Guid.CreateVersion7();
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => TakeAsync(account, "u", count: 1, new LimitWindow(60, 37), Day)));
        Assert.Multiple(() =>
        {
            Assert.That(answers.Count(answer => answer.Allowed), Is.EqualTo(37));
            Assert.That(answers.Where(answer => answer.Allowed).Select(answer => answer.Windows[0].Remaining), Is.EquivalentTo(Enumerable.Range(0, 37)), "each saw a state of its own");
            Assert.That(answers.Where(answer => !answer.Allowed).Select(answer => answer.RetryAfterSeconds), Is.All.InRange(55, 60));
        });
        Assert.That((await TakeAsync(account, "u", count: 0, Day)).Windows[0].Remaining, Is.EqualTo(1000 - 37), "what one window refuses counts in no other");
    }

    [Test]
    public async Task Many_subjects_at_once_do_not_get_in_each_others_way()
    {
        var account = Guid.CreateVersion7();
        var answers = await Task.WhenAll(Enumerable.Range(0, 600).Select(async turn =>
        {
            var subject = $"user {turn % 20}";
            // Half of them name the windows the other way round, which must not make two wait for each other.
            var answer = turn % 2 == 0 ? await TakeAsync(account, subject, 1, new LimitWindow(60, 7), Day) : await TakeAsync(account, subject, 1, Day, new LimitWindow(60, 7));
            return (subject, answer.Allowed);
        }));
        Assert.That(answers.Where(answer => answer.Allowed).GroupBy(answer => answer.subject).Select(group => group.Count()), Is.EqualTo(Enumerable.Repeat(7, 20)));
    }

    [Test]
    public async Task The_same_label_of_another_account_is_another_limit()
    {
        var (one, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await TakeAsync(one, "u", count: 100, Hour);
        Assert.That((await TakeAsync(one, "u", count: 1, Hour)).Allowed, Is.False);
        Assert.That((await TakeAsync(other, "u", count: 1, Hour)).Allowed, Is.True);
        Assert.That((await TakeAsync(one, "U", count: 1, Hour)).Allowed, Is.True);
    }

    [Test]
    public async Task Slides_and_keeps_its_word_about_when_to_try_again()
    {
        var (account, window) = (Guid.CreateVersion7(), new LimitWindow(2, 3));
        var taken = new List<(long Before, long After)>();
        while (taken.Count < 10)
        {
            var before = Stopwatch.GetTimestamp();
            var answer = await TakeAsync(account, "u", 1, window);
            if (answer.Allowed) taken.Add((before, Stopwatch.GetTimestamp()));
            else Assert.That(answer.RetryAfterSeconds, Is.InRange(1, 2));
        }
        var span = taken.Zip(taken.Skip(3)).Min(pair => Stopwatch.GetElapsedTime(pair.First.Before, pair.Second.After).TotalSeconds);
        Assert.That(span, Is.GreaterThanOrEqualTo(2), "the fourth use comes no earlier than the window's length after the first");
    }

    [Test]
    public async Task Says_when_there_will_be_room_for_as_many_as_were_asked_for()
    {
        var (account, window) = (Guid.CreateVersion7(), new LimitWindow(60, 10));
        await TakeAsync(account, "u", 10, window);
        var refused = await TakeAsync(account, "u", 4, window, new LimitWindow(600, 1000));
        Assert.Multiple(() =>
        {
            Assert.That((refused.Allowed, refused.Windows[0].Remaining, refused.Windows[1].Remaining), Is.EqualTo((false, 0, 1000)));
            Assert.That(refused.RetryAfterSeconds, Is.InRange(55, 60));
            Assert.That(refused.Windows[0].ResetSeconds, Is.EqualTo(refused.RetryAfterSeconds).Within(1));
        });
    }

    [Test]
    public async Task What_no_window_remembers_is_deleted()
    {
        var (account, store) = (Guid.CreateVersion7(), _accounts.Services.GetRequiredService<LimitStore>());
        await TakeAsync(account, "short", 1, new LimitWindow(1, 1));
        await TakeAsync(account, "long", 1, Day);
        await Eventually.ThatAsync(async () => await store.PruneAsync(1000, CancellationToken.None) > 0, TimeSpan.FromSeconds(10));
        Assert.That((await TakeAsync(account, "long", 0, Day)).Windows[0].Remaining, Is.EqualTo(999));
    }

    [TestCase("it's \"; drop table limit_uses; --")]
    [TestCase("日本語 🎬 ünïcode")]
    [TestCase("a label that ends in a backslash \\")]
    public async Task Any_printable_label_will_do(string label) =>
        Assert.That((await TakeAsync(Guid.CreateVersion7(), label, 1, Hour)).Windows[0].Remaining, Is.EqualTo(99));

    [TestCase("\"\"", "subject")]
    [TestCase("null", "subject")]
    [TestCase("\"a\\u0000b\"", "subject")]
    [TestCase("\"a\\u001bb\"", "subject")]
    [TestCase("\"a\\ud800b\"", null, TestName = "A_label_that_is_no_text(half a surrogate)")]
    public async Task A_label_that_is_no_label_is_refused(string label, string? field)
    {
        using var answer = await _accounts.Inside.PostTextAsync(Path,
            $$"""{"account_id":"{{Guid.NewGuid()}}","subject":{{label}},"windows":[{"seconds":60,"limit":1}],"count":1}""");
        Assert.That(await answer.FaultsAsync(), Is.EqualTo(field is null ? Array.Empty<string>() : [field]));
    }

    [Test]
    public async Task Nonsense_is_refused_by_field()
    {
        await Expect(new { subject = new string('x', 201), windows = Array.Empty<object>(), count = 1 }, "account_id", "subject", "windows");
        await Expect(Ask(new { seconds = 60, limit = 0 }), "windows");
        await Expect(Ask(new { seconds = 0, limit = 1 }), "windows");
        await Expect(Ask(new { seconds = 2592001, limit = 1 }), "windows");
        await Expect(Ask(new { seconds = 60, limit = 1 }, new { seconds = 60, limit = 2 }), "windows");
        await Expect(Ask([.. Enumerable.Range(1, 5).Select(seconds => new { seconds, limit = 1 })]), "windows");
        await Expect(new { account_id = Guid.NewGuid(), subject = "u", windows = new object?[] { null }, count = 1 }, "windows");
        await Expect(new { account_id = Guid.NewGuid(), subject = "u", windows = new[] { new { seconds = 60, limit = 5 } }, count = 6 }, "count");
        await Expect(new { account_id = Guid.NewGuid(), subject = "u", windows = new[] { new { seconds = 60, limit = 5 } }, count = -1 }, "count");

        static object Ask(params object[] windows) => new { account_id = Guid.NewGuid(), subject = "u", windows, count = 1 };

        async Task Expect(object ask, params string[] fields)
        {
            using var answer = await _accounts.Inside.PostAsJsonAsync(Path, ask, ApiJson.Options);
            Assert.That(await answer.FaultsAsync(), Is.EqualTo(fields), JsonSerializer.Serialize(ask));
        }
    }

    [Test]
    public async Task Needs_a_token_of_one_of_our_processes()
    {
        using var answer = await _accounts.Anonymous.PostAsJsonAsync(Path, new TakeLimit(Guid.NewGuid(), "u", [Hour]), ApiJson.Options);
        Assert.That(await answer.RefusalAsync(), Is.EqualTo("401 unauthorized"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    async Task<LimitAnswer> TakeAsync(Guid account, string subject, int count, params LimitWindow[] windows)
    {
        using var answer = await _accounts.Inside.PostAsJsonAsync(Path, new TakeLimit(account, subject, windows, count), ApiJson.Options);
        return await answer.ReadAsync<LimitAnswer>();
    }
}
