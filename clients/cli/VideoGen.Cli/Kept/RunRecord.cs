using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace VideoGen.Cli.Kept;

/// <summary>
/// Guarantee: a <c>run</c> whose answer was lost is not bought twice by typing it again.
/// <list type="number">
/// <item>Before the submit, its body and a fresh idempotency key are written here, under a name made of the server, the key and what
/// was asked for (files by their content).</item>
/// <item>The answer's job id is added; the record goes when the command has done what it was asked: told the id, or with
/// <c>--wait</c> told the end and fetched the files.</item>
/// <item>The same command finds a record that was left behind, and sends the same body under the same key, or follows the job.</item>
/// </list>
/// The process holds its record locked while it lives: the same command beside it is another order and has a record of its own. The
/// server knows a key for 30 days; a record that is older is not used any more.
/// </summary>
internal sealed class RunRecord : IDisposable
{
    static readonly TimeSpan Lifetime = TimeSpan.FromDays(29);

    readonly FileStream _file;
    JsonObject _content;
    bool _isDone;

    RunRecord(FileStream file, JsonObject content)
    {
        _file = file;
        _content = content;
    }

    public string? IdempotencyKey => (string?)_content["idempotency_key"];

    /// <summary>What was sent; null in a new record.</summary>
    public JsonNode? Body => _content["body"];

    /// <summary>Null while nobody knows whether there is a job.</summary>
    public string? JobId => (string?)_content["job_id"];

    /// <summary>The name under which a run is known: the same for the same wish of the same credential at the same server.</summary>
    public static string NameOf(Profile profile, string wish) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{profile.Server}\n{profile.ApiKey}\n{wish}")))[..32];

    /// <summary>The record that was left behind under this name, or a new one.</summary>
    public static RunRecord Open(string folder, string name, DateTimeOffset now)
    {
        KeptFolder.Create(folder);
        for (var number = 0; ; number++)
        {
            try
            {
                var file = KeptFolder.Open(Path.Combine(folder, $"{name}-{number}.json"), FileMode.OpenOrCreate, FileShare.None);
                return new RunRecord(file, Read(file, now));
            }
            catch (IOException) when (number < 1000)
            {
                // Another process is at work under this number.
            }
        }
    }

    public void Begin(string idempotencyKey, JsonNode body, DateTimeOffset now) =>
        Write(new JsonObject { ["idempotency_key"] = idempotencyKey, ["body"] = body.DeepClone(), ["created_at"] = now.ToString("O") });

    public void Submitted(string jobId)
    {
        _content["job_id"] = jobId;
        Write(_content);
    }

    /// <summary>Nothing is left to do: the next command of this kind is a new order.</summary>
    public void Finish() => _isDone = true;

    public void Dispose()
    {
        if (_isDone || _content.Count == 0) File.Delete(_file.Name);
        _file.Dispose();
    }

    static JsonObject Read(FileStream file, DateTimeOffset now)
    {
        try
        {
            if (file.Length == 0 || JsonNode.Parse(file) is not JsonObject content) return [];
            var isFresh = DateTimeOffset.TryParse((string?)content["created_at"], out var created) && now - created < Lifetime;
            return isFresh ? content : [];
        }
        catch (System.Text.Json.JsonException)
        {
            return []; // It was cut short, so nothing had been sent: the submit comes after the record is on the disk.
        }
    }

    void Write(JsonObject content)
    {
        _content = content;
        _file.SetLength(0);
        _file.Write(Encoding.UTF8.GetBytes(content.ToJsonString()));
        _file.Flush(flushToDisk: true);
    }
}
