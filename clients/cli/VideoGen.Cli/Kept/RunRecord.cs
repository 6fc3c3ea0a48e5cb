using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Cli.Api;

namespace VideoGen.Cli.Kept;

/// <summary>
/// Guarantee: a <c>run</c> that ended at whatever moment is not bought twice by typing it again.
/// <list type="number">
/// <item>Before the submit, its body and a fresh idempotency key are written here as one line, down to the disk. The file's name is made
/// of the server, the account, its world (test or live) and what was asked for (files by their content), and of a number of its
/// own.</item>
/// <item>The answer's job id is a second line. Nothing that was written is ever written over: a file that is cut off at any byte holds
/// the order and the id, or the order, or nothing, and then nothing had been sent.</item>
/// <item>The record goes when the command has done what it was asked: told the id, or with <c>--wait</c> told the end and fetched the
/// files. It is emptied before it is deleted, so that nobody who opens it at that moment takes it for a record.</item>
/// <item>The same command finds every record that was left behind and takes the oldest: it sends the same body under the same key, or
/// follows the job.</item>
/// </list>
/// The process holds its record locked while it lives: the same command beside it is another order and has a record of its own. The
/// server knows a key for 30 days; a record that is older can't be gone on with.
/// </summary>
internal sealed class RunRecord : IDisposable
{
    static readonly TimeSpan Lifetime = TimeSpan.FromDays(29);

    readonly FileStream _file;
    readonly JsonObject _content;
    bool _isDone;

    RunRecord(FileStream file, JsonObject content, DateTimeOffset createdAt)
    {
        _file = file;
        _content = content;
        CreatedAt = createdAt;
    }

    public string IdempotencyKey => (string)_content["idempotency_key"]!;

    /// <summary>What was sent, or was about to be.</summary>
    public JsonNode Body => _content["body"]!;

    /// <summary>Null while it is not known here whether there is a job.</summary>
    public string? JobId => (string?)_content["job_id"];

    /// <summary>Ordered by a command with <c>--new</c>.</summary>
    public bool IsNew => (bool?)_content["is_new"] == true;

    public DateTimeOffset CreatedAt { get; }

    /// <summary>The name under which a run is known: the same for the same wish of the same owner at the same server.</summary>
    /// <param name="owner">The account, or the key of one that may not be read.</param>
    public static string NameOf(Profile profile, string owner, string wish)
    {
        var text = JsonSerializer.Serialize(new[] { new Uri(profile.Server).AbsoluteUri, owner, profile.IsTest ? "test" : "live", wish });
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
    }

    /// <summary>The record of an order that is about to be sent. On the disk when this returns.</summary>
    public static RunRecord Create(string folder, string name, string idempotencyKey, JsonNode body, bool isNew, DateTimeOffset now)
    {
        RunRecord? record = null;
        try
        {
            KeptFolder.Create(folder);
            record = new RunRecord(CreateFile(folder, name), [], now);
            record.Append(new JsonObject
            {
                ["idempotency_key"] = idempotencyKey, ["body"] = body.DeepClone(), ["created_at"] = now.ToString("O"),
                ["is_new"] = isNew,
            });
            return record;
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            record?.Finish();
            record?.Dispose();
            throw new CommandFailure(ExitCodes.Unexpected,
                $"The order can't be written to {folder}, so it is not sent: {full.Message}", "Nothing was bought.", full);
        }
    }

    /// <summary>Every record that was left behind under this name, the oldest first, each locked. A file without an order is
    /// deleted.</summary>
    public static IReadOnlyList<RunRecord> Left(string folder, string name)
    {
        if (!Directory.Exists(folder)) return [];
        return [.. Directory.GetFiles(folder, $"{name}-*.jsonl").Select(Open).OfType<RunRecord>()
            .OrderBy(record => record.CreatedAt).ThenBy(record => record._file.Name, StringComparer.Ordinal)];
    }

    public bool IsTooOld(DateTimeOffset now) => now - CreatedAt >= Lifetime;

    /// <param name="isNew">Whether it is the order of a command with <c>--new</c> from now on.</param>
    public void Submitted(string jobId, bool isNew) => Append(new JsonObject { ["job_id"] = jobId, ["is_new"] = isNew });

    /// <summary>Nothing is left to do: the next command of this kind is a new order.</summary>
    public void Finish() => _isDone = true;

    public void Dispose()
    {
        if (_isDone) _file.SetLength(0);
        _file.Dispose();
        if (_isDone) KeptFolder.Delete(_file.Name);
    }

    static FileStream CreateFile(string folder, string name)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var path = Path.Combine(folder, $"{name}-{Guid.NewGuid():n}.jsonl");
                return KeptFolder.Open(path, FileMode.CreateNew, FileShare.None);
            }
            catch (IOException busy) when (KeptFolder.IsInUse(busy) && attempt < 10)
            {
                // Somebody looked into it between its making and its locking, and clears it away as an empty one.
            }
        }
    }

    /// <summary>Null for the record of a process that lives, and for a file without an order.</summary>
    static RunRecord? Open(string path)
    {
        FileStream file;
        try
        {
            file = KeptFolder.Open(path, FileMode.Open, FileShare.None);
        }
        catch (IOException gone) when (gone is FileNotFoundException || KeptFolder.IsInUse(gone))
        {
            return null;
        }
        var content = Read(file);
        if (content["idempotency_key"] is JsonValue && content["body"] is JsonObject
            && DateTimeOffset.TryParse($"{content["created_at"]}", CultureInfo.InvariantCulture, out var createdAt))
            return new RunRecord(file, content, createdAt);
        file.Dispose();
        KeptFolder.Delete(path);
        return null;
    }

    /// <summary>The whole lines together; a line that was cut short counts as not written.</summary>
    static JsonObject Read(FileStream file)
    {
        using var reader = new StreamReader(file, leaveOpen: true);
        var content = new JsonObject();
        while (reader.ReadLine() is { } line)
        {
            try
            {
                foreach (var (name, value) in Answers.Parse(line) as JsonObject ?? []) content[name] = value?.DeepClone();
            }
            catch (JsonException)
            {
                // Cut short. Of the first line: nothing had been sent. Of a later one: the order is asked again under its key.
            }
        }
        return content;
    }

    void Append(JsonObject line)
    {
        // Known to this command first, whatever becomes of the disk.
        foreach (var (name, value) in line) _content[name] = value?.DeepClone();
        // Begins with a line's end, too: the line before may have been cut short.
        _file.Seek(0, SeekOrigin.End);
        _file.Write(Encoding.UTF8.GetBytes($"\n{line.ToJsonString()}\n"));
        _file.Flush(flushToDisk: true);
    }
}
