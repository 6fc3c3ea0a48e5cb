using System.Reflection;
using System.Text.RegularExpressions;

namespace VideoGen.Durability;

/// <summary>What a service tells the library about itself. Validated when the services are built; all errors at once.</summary>
public sealed partial class DurabilityOptions
{
    /// <summary>Npgsql connection string of the database. Its search path is replaced by <see cref="Schema"/>.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>The service's schema: lower-case letters, digits and underscores, at most 63 characters, no digit first.</summary>
    public string Schema { get; set; } = "";

    /// <summary>Assembly that holds the service's <c>Migrations/NNNN_what.sql</c> as embedded resources; null: none.</summary>
    public Assembly? ServiceAssembly { get; set; }

    /// <summary>
    /// Whether a message type is a command, that is, must reach a queue: an unroutable one stays in the outbox until its
    /// consumer's queue exists. Default: types whose namespace ends in <c>.Contracts.Commands</c>.
    /// </summary>
    public Func<Type, bool> IsCommand { get; set; } =
        type => type.Namespace?.EndsWith(".Contracts.Commands", StringComparison.Ordinal) == true;

    /// <summary>How often a process looks for outbox rows and due work that another one left. Default 2 s.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Rows a dispatcher claims and sends in parallel, 1 to 1,000. Default 200.</summary>
    public int OutboxBatch { get; set; } = 200;

    /// <summary>How long the broker may take to confirm a batch before its rows are tried again. Default 10 s.</summary>
    public TimeSpan OutboxConfirmTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the oldest message may wait in the outbox before the health check <c>outbox</c> is degraded. Default 1 minute.</summary>
    public TimeSpan OutboxDegradedAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long the outbox may stand still, with a message that old and not one answer from a broker that answers others, before the process
    /// ends itself with exit code 1. Zero: never. Default 5 minutes.
    /// </summary>
    public TimeSpan OutboxStalledAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a handled message is remembered: a repetition after that would have a second effect. Default 7 days.</summary>
    public TimeSpan InboxRetention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long <see cref="MigrationRunner"/> waits for the database to be reachable. Default 2 minutes.</summary>
    public TimeSpan DatabaseWait { get; set; } = TimeSpan.FromMinutes(2);

    internal IEnumerable<string> Errors()
    {
        if (string.IsNullOrWhiteSpace(ConnectionString)) yield return "ConnectionString is missing.";
        if (!SchemaName().IsMatch(Schema)) yield return $"Schema '{Schema}' must match {SchemaName()}.";
        if (OutboxBatch is < 1 or > 1000) yield return $"OutboxBatch is {OutboxBatch}; allowed: 1 to 1000.";
        if (Poll < TimeSpan.FromMilliseconds(10)) yield return $"Poll is {Poll}; at least 10 ms.";
        if (OutboxConfirmTimeout <= TimeSpan.Zero) yield return $"OutboxConfirmTimeout is {OutboxConfirmTimeout}; must be positive.";
        if (OutboxDegradedAfter <= TimeSpan.Zero) yield return $"OutboxDegradedAfter is {OutboxDegradedAfter}; must be positive.";
        if (OutboxStalledAfter < TimeSpan.Zero) yield return $"OutboxStalledAfter is {OutboxStalledAfter}; must not be negative.";
        if (InboxRetention < TimeSpan.FromHours(1)) yield return $"InboxRetention is {InboxRetention}; at least 1 hour.";
        if (DatabaseWait < TimeSpan.Zero) yield return $"DatabaseWait is {DatabaseWait}; must not be negative.";
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,62}$")]
    private static partial Regex SchemaName();
}
