using System.Text.RegularExpressions;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>
/// How one vendor's HTTP API is spoken: a file of <c>catalog/vendors</c>, in the language that <c>catalog/vendor.schema.json</c> defines
/// and explains member by member.
/// </summary>
internal sealed record VendorDescription
{
    /// <summary>The connector's name in routes, and of its door <c>/callbacks/{name}</c>.</summary>
    public required string Name { get; init; }

    public required string Title { get; init; }

    /// <summary>Its settings are in section <c>Connectors:{Settings}</c>.</summary>
    public required string Settings { get; init; }

    public required DateOnly Seen { get; init; }

    /// <summary>By region; the first is the default.</summary>
    public IReadOnlyDictionary<string, Uri> BaseUrls { get; init; } = new Dictionary<string, Uri>(StringComparer.Ordinal);

    public required AuthDescription Auth { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Hosts beside the configured one that an address given by the vendor may lead to; <c>*.example.com</c> for all
    /// below.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    public double PollSeconds { get; init; } = 5;

    public int? ReadsPerSecond { get; init; }

    public int? ConcurrentJobs { get; init; }

    public WhenFull WhenFull { get; init; }

    public AnswerRules Answers { get; init; } = new();

    public required IReadOnlyDictionary<string, TaskDescription> Tasks { get; init; }

    public CallbackDescription? Callback { get; init; }
}

internal enum AuthScheme
{
    Bearer,
    Header,
    Hs256Jwt,
    None,
}

internal sealed record AuthDescription
{
    public required AuthScheme Scheme { get; init; }

    public string Header { get; init; } = "Authorization";

    public string Prefix { get; init; } = "";

    public int LifetimeSeconds { get; init; } = 1800;

    public int NotBeforeSeconds { get; init; } = -5;
}

/// <summary>How answers are told apart, for a vendor or for one of its tasks.</summary>
internal sealed record AnswerRules
{
    /// <summary>Of a 2xx: what must be true beside the status.</summary>
    public Expression? Success { get; init; }

    public Expression? Code { get; init; }

    public Expression? Message { get; init; }

    /// <summary>The first that fits counts.</summary>
    public IReadOnlyList<ErrorRule> Errors { get; init; } = [];
}

/// <summary>What an error means for us.</summary>
internal enum ErrorMeaning
{
    /// <summary>The input can't be used.</summary>
    Input,

    /// <summary>The content is not allowed.</summary>
    Content,

    /// <summary>Our account is empty, closed or not entitled.</summary>
    Money,

    /// <summary>Too much to do, for now.</summary>
    Capacity,

    /// <summary>The vendor failed.</summary>
    Vendor,

    /// <summary>The vendor no longer offers this model.</summary>
    Retired,

    /// <summary>The vendor does not know the work.</summary>
    Gone,

    /// <summary>Tells nothing; of a create: it may have been taken.</summary>
    Unknown,
}

internal sealed record ErrorRule
{
    public IReadOnlyList<int>? Status { get; init; }

    public IReadOnlyList<string>? Code { get; init; }

    public Regex? Text { get; init; }

    public required ErrorMeaning Is { get; init; }

    /// <summary>
    /// Null: as usual, which is as the state says, and for a create that was refused: no, unless the vendor failed or refused the content and
    /// the status does not say that nothing was done.
    /// </summary>
    public Charged? Charged { get; init; }

    public double? RetryAfterSeconds { get; init; }
}

/// <summary>One kind of work that a vendor does, by one family of calls.</summary>
internal sealed record TaskDescription
{
    public AnswerRules Answers { get; init; } = new();

    public required CreateDescription Create { get; init; }

    /// <summary>Null for a vendor whose answer to the create is the result.</summary>
    public ReadDescription? Read { get; init; }

    public required ResultDescription Result { get; init; }

    public CancelDescription? Cancel { get; init; }

    public FindDescription? Find { get; init; }

    public IReadOnlyList<UsageDescription> Usage { get; init; } = [];
}

internal enum BodyForm
{
    Json,
    Multipart,
}

/// <summary>How an asset is put into a body.</summary>
internal enum AssetForm
{
    DataUrl,
    Base64,
    Url,
}

internal sealed record CreateDescription
{
    public required PathTemplate Path { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public BodyForm Form { get; init; } = BodyForm.Json;

    public required Template Body { get; init; }

    public AssetForm Assets { get; init; } = AssetForm.DataUrl;

    /// <summary>Parts of a multipart body that are files: the part's name to the input's.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public Expression? Id { get; init; }

    public Expression? PollUrl { get; init; }

    /// <summary>How long an answer that is the result may take.</summary>
    public int PatienceSeconds { get; init; } = 300;
}

internal enum WorkState
{
    Waiting,
    Running,
    Succeeded,
    Failed,
    Cancelled,
    Gone,
}

internal sealed record StateMeaning
{
    public required WorkState As { get; init; }

    /// <summary>Why it failed, unless an error rule knows better.</summary>
    public ErrorMeaning Is { get; init; } = ErrorMeaning.Vendor;

    public Charged Charged { get; init; } = Charged.Unknown;
}

internal sealed record ReadDescription
{
    public required PathTemplate Path { get; init; }

    public required Expression State { get; init; }

    public required IReadOnlyDictionary<string, StateMeaning> States { get; init; }

    /// <summary>States that the HTTP status alone tells, before the body is looked at.</summary>
    public IReadOnlyDictionary<string, WorkState> StatusStates { get; init; } = new Dictionary<string, WorkState>(StringComparer.Ordinal);

    public Expression? Progress { get; init; }

    /// <summary>What stands for finished.</summary>
    public decimal ProgressScale { get; init; } = 100;
}

internal sealed record CancelDescription
{
    public string Method { get; init; } = "POST";

    public required PathTemplate Path { get; init; }

    /// <summary>In which states the call stops the work. In any other it is not sent.</summary>
    public required IReadOnlyList<WorkState> In { get; init; }
}

internal sealed record FindDescription
{
    public required PathTemplate Path { get; init; }

    /// <summary>The candidates in the answer; null when the answer is the one work, by our own reference.</summary>
    public Expression? Items { get; init; }

    /// <summary>The vendor's id, in a candidate or in the answer.</summary>
    public required Expression Id { get; init; }

    /// <summary>How many candidates the answer holds at most: one that holds fewer holds all.</summary>
    public int PageSize { get; init; }

    /// <summary>When a candidate was made: seconds since 1970, or a time.</summary>
    public Expression? CreatedAt { get; init; }

    /// <summary>True for a candidate that may be ours, over <c>{item, model, input, reference}</c>.</summary>
    public Expression? Same { get; init; }

    /// <summary>How long after the last moment at which the create may have arrived a search that finds nothing is believed.</summary>
    public double AbsentAfterSeconds { get; init; } = 30;
}

internal enum CallbackScheme
{
    StandardWebhooks,
    Token,
}

internal sealed record CallbackDescription
{
    public required CallbackScheme Scheme { get; init; }

    /// <summary>The vendor's id of the work, in the callback's body.</summary>
    public Expression? Id { get; init; }

    /// <summary>A body with a value here wants it back instead of being about work.</summary>
    public Expression? Challenge { get; init; }

    public Template? ChallengeAnswer { get; init; }
}
