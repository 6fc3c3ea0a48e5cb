using Npgsql;

namespace VideoGen.Durability;

/// <summary>
/// Database sessions outside the pool. What a session holds (a lock, a setting) ends with it; a pooled one goes on to the next who asks, and is
/// not reset between: that is seven statements each time. Whoever keeps something in a session opens one here, and disposing closes it for good.
/// </summary>
public sealed class OwnSessions : IAsyncDisposable
{
    readonly NpgsqlDataSource _source;

    internal OwnSessions(NpgsqlConnectionStringBuilder settings) =>
        _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false });

    public async Task<NpgsqlConnection> OpenAsync(CancellationToken ct) => await _source.OpenConnectionAsync(ct);

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}

/// <summary>
/// The sessions in which leases are renewed: two of their own, for a lease must not wait until those who work under it give back theirs.
/// </summary>
internal sealed class LeaseSessions : IAsyncDisposable
{
    internal LeaseSessions(NpgsqlConnectionStringBuilder settings) => Source = NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(settings.ConnectionString) { MinPoolSize = 0, MaxPoolSize = 2 });

    public NpgsqlDataSource Source { get; }

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
