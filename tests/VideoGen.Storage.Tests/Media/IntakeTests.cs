using Microsoft.Extensions.Time.Testing;
using VideoGen.Ffmpeg.Probing;
using VideoGen.Storage.Assets;
using VideoGen.Storage.Media;
using VideoGen.Storage.Objects;
using VideoGen.Storage.Tests.Hosting;
using VideoGen.Storage.Tests.Objects;

namespace VideoGen.Storage.Tests.Media;

public sealed class Keeping_a_file_that_the_store_does_not_take
{
    static readonly MediaFacts Picture = new(
        "image", "image/png", ".png", "png", VideoCodec: "png", AudioCodec: null, Width: 1, Height: 1, DurationSeconds: null, Fps: null,
        HasAudio: false, Frames: 1, Streams: 1) { Format = VideoGen.Ffmpeg.Formats.MediaFormat.Png };

    readonly FakeTimeProvider _time = new();
    readonly WarningLog<Intake> _log = new();
    readonly List<ObjectKey> _put = [];
    readonly List<ObjectKey> _deleted = [];
    string _folder = "";

    [SetUp]
    public void Begin()
    {
        _folder = Directory.CreateTempSubdirectory("videogen-intake-").FullName;
        _put.Clear();
        _deleted.Clear();
        _log.Lines.Clear();
    }

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Takes_out_again_what_was_put_before()
    {
        await Assert.ThrowsAsync<StorageFullException>(() => KeepAsync(Failing(new StorageFullException("full"))));
        Assert.Multiple(() =>
        {
            Assert.That(_put, Has.Count.EqualTo(3));
            Assert.That(_deleted, Is.EquivalentTo(_put));
            Assert.That(_log.Lines, Is.Empty);
        });
    }

    [Test]
    public async Task Says_that_the_store_is_full_also_when_nothing_can_be_taken_out()
    {
        var store = Failing(new StorageFullException("full"), new ObjectStoreException("gone"));
        await Assert.ThrowsAsync<StorageFullException>(() => KeepAsync(store));
        Assert.Multiple(() =>
        {
            Assert.That(_deleted, Is.EquivalentTo(_put), "one that fails does not spare the others");
            Assert.That(_log.Lines, Has.Count.EqualTo(3).And.All.EndsWith("is left to retention | gone"));
        });
    }

    [Test]
    public async Task Stays_cancelled_also_when_nothing_can_be_taken_out()
    {
        using var leaving = new CancellationTokenSource();
        var store = new ScriptedStore
        {
            OnPut = (key, ct) =>
            {
                _put.Add(key);
                if (_put.Count == 2) leaving.Cancel();
                ct.ThrowIfCancellationRequested();
                return Task.CompletedTask;
            },
            OnDelete = (key, _) =>
            {
                _deleted.Add(key);
                throw new ObjectStoreException("gone");
            },
        };
        await Assert.CatchAsync<OperationCanceledException>(() => KeepAsync(store, leaving.Token));
        Assert.That(_deleted, Is.EquivalentTo(_put));
    }

    [Test]
    public async Task Does_not_wait_for_a_store_that_hangs()
    {
        var store = new ScriptedStore
        {
            OnPut = (_, _) => throw new ObjectStoreException("gone"),
            OnDelete = (_, ct) => new TaskCompletionSource().Task.WaitAsync(ct),
        };
        var keeping = KeepAsync(store);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.That(keeping.IsCompleted, Is.False);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThatAsync(() => keeping.WaitAsync(TimeSpan.FromSeconds(30)), Throws.TypeOf<ObjectStoreException>());
    }

    /// <summary>The third object, the content, fails.</summary>
    ScriptedStore Failing(Exception fault, Exception? deleteFault = null) => new()
    {
        OnPut = (key, _) =>
        {
            _put.Add(key);
            return _put.Count == 3 ? Task.FromException(fault) : Task.CompletedTask;
        },
        OnDelete = (key, _) =>
        {
            _deleted.Add(key);
            return deleteFault is null ? Task.CompletedTask : Task.FromException(deleteFault);
        },
    };

    async Task<AssetObjects> KeepAsync(IObjectStore store, CancellationToken ct = default)
    {
        var received = new ReceivedFile(NewFile().Path, Sha256: "", SizeBytes: 1);
        using var file = new PreparedFile(received, Picture, NewFile(), NewFile());
        return await new Intake(check: null!, stills: null!, work: null!, known: null!, store, _time, _log).KeepAsync(file, ct);
    }

    WorkFile NewFile()
    {
        var file = new WorkFile(Path.Combine(_folder, Guid.NewGuid().ToString("n")));
        File.WriteAllBytes(file.Path, [1]);
        return file;
    }
}
