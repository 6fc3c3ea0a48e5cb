using VideoGen.Gateway.Dialects.Visualizr.Live;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Tests.Dialects.Visualizr.Live;

[TestFixture]
public sealed class Following_a_request
{
    const string Links = """{"video_url":"/assets/video/video_{0}.mp4?asset=0194d3a0-0000-7000-8000-0000000000aa&expires=1&signature=s","thumbnail_url":"/assets/video/video_{0}_thumb.jpg?asset=0194d3a0-0000-7000-8000-0000000000aa&expires=1&signature=s"}""";

    LiveWorld _world = null!;
    string _key = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        _world = await LiveWorld.StartAsync();
        _key = _world.NewKey();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _world.DisposeAsync();

    [Test]
    public async Task Gets_the_document_s_messages_from_the_queue_to_the_end()
    {
        await using var client = await _world.ConnectAsync(_key);
        var job = _world.Add(_key);
        await client.SubscribeAsync(job);
        Assert.That(await client.ReceiveAsync(), Is.EqualTo(
            $$"""{"type":"progress","request_id":"video_req_{{job.Id}}","status":"processing","progress":0,"current_step":"queued","estimated_remaining_seconds":30}"""));
        await _world.TellAsync(job, one => LiveWorld.Running(one, 65));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo(
            $$"""{"type":"progress","request_id":"video_req_{{job.Id}}","status":"processing","progress":65,"current_step":"frame_generation","estimated_remaining_seconds":11}"""));
        await _world.TellAsync(job, LiveWorld.Completed);
        Assert.That(await client.ReceiveAsync(), Is.EqualTo($$$"""{"type":"completed","request_id":"video_req_{{{job.Id}}}","result":{{{Result(job)}}}}"""));
        await client.AssertSilentAsync();
    }

    [Test]
    public async Task A_running_one_sends_its_present_progress_and_a_finished_one_its_end_at_once()
    {
        await using var client = await _world.ConnectAsync(_key);
        var running = _world.Add(_key, one => LiveWorld.Running(one, 40) with { ExpectedSeconds = null });
        await client.SubscribeAsync(running);
        Assert.That(await client.ReceiveAsync(), Is.EqualTo(
            $$"""{"type":"progress","request_id":"video_req_{{running.Id}}","status":"processing","progress":40,"current_step":"frame_generation"}"""));
        var failed = _world.Add(_key, LiveWorld.Failed);
        await client.SubscribeAsync(failed);
        Assert.That(await client.ReceiveAsync(), Is.EqualTo(
            $$$"""{"type":"failed","request_id":"video_req_{{{failed.Id}}}","status":"failed","error":{"code":"GENERATION_FAILED","message":"Video generation failed due to invalid prompt","details":"The prompt contains unsupported content"}}"""));
        var cancelled = _world.Add(_key, LiveWorld.Cancelled);
        await client.SubscribeAsync(cancelled);
        Assert.That(await client.ReceiveAsync(), Is.EqualTo(
            $$"""{"type":"cancelled","request_id":"video_req_{{cancelled.Id}}","status":"cancelled","cancelled_at":"2026-01-15T10:31:00Z"}"""));
    }

    [TestCase("")]
    [TestCase("video_req_")]
    [TestCase("anim_req_")]
    public async Task Gets_the_id_back_as_it_was_written(string prefix)
    {
        await using var client = await _world.ConnectAsync(_key);
        var job = _world.Add(_key, LiveWorld.Cancelled);
        await client.SubscribeAsync(prefix + job.Id);
        Assert.That(await client.ReceiveAsync(), Does.StartWith($$"""{"type":"cancelled","request_id":"{{prefix}}{{job.Id}}","""));
    }

    [Test]
    public async Task Somebody_else_s_request_is_answered_exactly_like_one_that_is_not()
    {
        await using var client = await _world.ConnectAsync(_key);
        var theirs = _world.Add(_world.NewKey(), one => LiveWorld.Running(one, 10));
        var answers = new List<string>();
        foreach (var id in (string[])[$"video_req_{theirs.Id}", $"video_req_{Guid.CreateVersion7()}", "video_req_123", "nonsense"])
        {
            await client.SubscribeAsync(id);
            answers.Add((await client.ReceiveAsync())!.Replace(id, "ID", StringComparison.Ordinal));
        }
        Assert.That(answers, Is.All.EqualTo(
            """{"type":"error","request_id":"ID","error":{"code":"REQUEST_NOT_FOUND","message":"Generation request not found","details":"There is no generation request with this id."}}"""));
        await _world.TellAsync(theirs, LiveWorld.Completed);
        await client.AssertSilentAsync();
    }

    [Test]
    public async Task Its_owner_follows_it_beside_a_stranger_who_tries()
    {
        var other = _world.NewKey();
        await using var mine = await _world.ConnectAsync(_key);
        await using var stranger = await _world.ConnectAsync(other);
        var job = _world.Add(_key, one => LiveWorld.Running(one, 10));
        await Task.WhenAll(mine.SubscribeAsync(job), stranger.SubscribeAsync(job));
        Assert.That(await mine.ReceiveAsync(), Does.Contain("\"progress\":10"));
        Assert.That(await stranger.ReceiveAsync(), Does.Contain("REQUEST_NOT_FOUND"));
        await _world.TellAsync(job, LiveWorld.Completed);
        Assert.That(await mine.ReceiveAsync(), Does.Contain("completed"));
        await stranger.AssertSilentAsync();
    }

    [Test]
    public async Task Older_news_and_repeated_ones_are_no_news()
    {
        await using var client = await _world.ConnectAsync(_key);
        var job = _world.Add(_key);
        await client.SubscribeAsync(job);
        await client.ReceiveAsync();
        var first = _world.Change(job, one => LiveWorld.Running(one, 10));
        var second = _world.Change(job, one => LiveWorld.Running(one, 20));
        await _world.PublishAsync(second);
        Assert.That(await client.ReceiveAsync(), Does.Contain("\"progress\":20"));
        await _world.PublishAsync(first);
        await _world.PublishAsync(second);
        var end = _world.Change(job, LiveWorld.Completed);
        await _world.PublishAsync(end);
        await _world.PublishAsync(end);
        await _world.PublishAsync(second);
        Assert.That(await client.ReceiveAsync(), Does.Contain("completed"));
        await client.AssertSilentAsync();
    }

    [Test]
    public async Task One_socket_follows_a_thousand_and_no_more()
    {
        await using var client = await _world.ConnectAsync(_key);
        var jobs = Enumerable.Range(0, 1000).Select(_ => _world.Add(_key, one => LiveWorld.Running(one, 1))).ToList();
        foreach (var job in jobs) await client.SubscribeAsync(job);
        var seen = new HashSet<string>();
        while (seen.Count < 1000) seen.Add(IdIn((await client.ReceiveAsync())!));
        await client.SubscribeAsync(_world.Add(_key));
        Assert.That(await client.ReceiveAsync(), Does.Contain("QUOTA_EXCEEDED").And.Contain("at most 1000 requests"));

        await Task.WhenAll(jobs.Select(job => _world.TellAsync(job, LiveWorld.Completed)));
        var ended = new List<string>();
        while (ended.Count < 1000) ended.Add(IdIn((await client.ReceiveAsync())!));
        Assert.That(ended, Is.Unique);
        Assert.That(_world.Gateway.Get<LiveJobs>()
            .All.Count(watch => watch.World.AccountId == _world.AccountOf(_key) && jobs.Any(job => job.Id == watch.JobId)), Is.Zero);
    }

    [Test]
    public async Task Who_unsubscribes_hears_no_more_and_may_come_back()
    {
        await using var client = await _world.ConnectAsync(_key);
        var job = _world.Add(_key, one => LiveWorld.Running(one, 10));
        await client.SubscribeAsync(job);
        await client.ReceiveAsync();
        await client.SendAsync($$"""{"type":"unsubscribe","request_id":"video_req_{{job.Id}}"}""");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo($$"""{"type":"unsubscribed","request_id":"video_req_{{job.Id}}"}"""));
        await _world.TellAsync(job, LiveWorld.Completed);
        await client.AssertSilentAsync();
        await client.SubscribeAsync(job);
        Assert.That(await client.ReceiveAsync(), Does.Contain("completed"));
    }

    [Test]
    public async Task Who_subscribes_again_gets_the_present_state_again()
    {
        await using var client = await _world.ConnectAsync(_key);
        var job = _world.Add(_key, one => LiveWorld.Running(one, 10));
        for (var n = 0; n < 3; n++)
        {
            await client.SubscribeAsync(job);
            Assert.That(await client.ReceiveAsync(), Does.Contain("\"progress\":10"));
        }
        await _world.TellAsync(job, one => LiveWorld.Running(one, 20));
        Assert.That(await client.ReceiveAsync(), Does.Contain("\"progress\":20"));
        await client.AssertSilentAsync();
    }

    [Test]
    public async Task A_request_that_is_deleted_ends_with_an_error()
    {
        await using var world = await LiveWorld.StartAsync(withBus: false, settings: "Dialects:Visualizr:Live:Recheck=00:00:00.2");
        var key = world.NewKey();
        await using var client = await world.ConnectAsync(key);
        var job = world.Add(key, one => LiveWorld.Running(one, 10));
        await client.SubscribeAsync(job);
        await client.ReceiveAsync();
        world.Delete(job);
        Assert.That(await client.ReceiveAsync(), Does.Contain("REQUEST_NOT_FOUND"));
    }

    static string Result(JobView job) => Links.Replace("{0}", job.Id.ToString(), StringComparison.Ordinal);

    static string IdIn(string message) => message.Split("\"request_id\":\"")[1].Split('"')[0];
}
