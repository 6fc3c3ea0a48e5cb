using Npgsql;

namespace VideoGen.Durability;

/// <summary>
/// One transaction of a DI scope, with the messages that leave if and only if it commits.
/// <para>
/// Guarantee: state written through <see cref="Command"/> or <see cref="Connection"/> and messages published in the same
/// scope become visible together or not at all. Publishing while no transaction is open throws: it would not be atomic.
/// </para>
/// <para>
/// Protocol: 1. <see cref="BeginAsync"/> opens connection and transaction. 2. Callers write state and publish; messages are
/// serialised at once and held in memory. 3. <see cref="CommitAsync"/> writes them to the outbox and commits. 4. After the
/// commit the dispatcher of this process and whoever asked by <see cref="OnCommitted"/> are woken.
/// </para>
/// <para>
/// What may go wrong: a crash before 3 leaves nothing; a crash after it leaves outbox rows, which any process sends. When the
/// connection breaks during the commit, its outcome is unknown to the caller: repeat under the same idempotency key.
/// Consumers and sagas find the transaction already open (the inbox opened it); they never begin or commit themselves.
/// Not for use by several threads at once.
/// </para>
/// </summary>
public sealed class UnitOfWork : IAsyncDisposable, IDisposable
{
    readonly NpgsqlDataSource _source;
    readonly OutboxSignal _outboxSignal;
    readonly List<OutboxMessage> _outgoing = [];
    readonly List<Action> _onCommitted = [];
    readonly List<Action> _onUndone = [];
    NpgsqlConnection? _connection;
    NpgsqlTransaction? _transaction;

    internal UnitOfWork(NpgsqlDataSource source, OutboxSignal outboxSignal)
    {
        _source = source;
        _outboxSignal = outboxSignal;
    }

    /// <summary>Whether a transaction is open.</summary>
    public bool IsActive => _transaction is not null;

    /// <summary>The connection of the open transaction. Throws when there is none.</summary>
    public NpgsqlConnection Connection => _connection ?? throw NotActive();

    /// <summary>The open transaction. Throws when there is none.</summary>
    public NpgsqlTransaction Transaction => _transaction ?? throw NotActive();

    /// <summary>Opens the transaction (read committed). Throws <see cref="InvalidOperationException"/> when one is open.</summary>
    public async ValueTask BeginAsync(CancellationToken ct = default)
    {
        if (_transaction is not null) throw new InvalidOperationException("A transaction is already open in this scope.");
        var connection = await _source.OpenConnectionAsync(ct);
        try
        {
            _transaction = await connection.BeginTransactionAsync(ct);
            _connection = connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes the outgoing messages, commits, then wakes the dispatcher and runs what <see cref="OnCommitted"/> collected.</summary>
    public async Task CommitAsync(CancellationToken ct = default)
    {
        CrashPoint.Hit(CrashPoint.BeforeCommit);
        ct.ThrowIfCancellationRequested();
        // Cancelled half-way, its outcome would be unknown.
        if (_outgoing.Count > 0) await OutboxStore.InsertAndCommitAsync(this, _outgoing);
        else await Transaction.CommitAsync(CancellationToken.None);
        CrashPoint.Hit(CrashPoint.AfterCommit);

        var sendNow = _outgoing.Exists(message => message.Delay is null);
        var actions = _onCommitted.ToArray();
        _onUndone.Clear();
        try
        {
            await ReleaseAsync();
        }
        finally
        {
            // It is committed, whatever becomes of the connection.
            if (sendNow) _outboxSignal.Set();
            foreach (var action in actions) action();
        }
    }

    /// <summary>Undoes everything and forgets the messages. Does nothing when no transaction is open.</summary>
    public async Task RollbackAsync() => await ReleaseAsync(); // disposing an uncommitted transaction rolls it back

    /// <summary>A command in the transaction. <c>$1 …</c> take the values in order; null is SQL null; a parameter is taken as it is.</summary>
    public NpgsqlCommand Command(string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlCommand(sql, Connection, Transaction);
        foreach (var value in values) command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }

    /// <summary>An empty batch in the transaction: several statements in one round trip.</summary>
    public NpgsqlBatch Batch() => new(Connection, Transaction);

    /// <summary>Runs the action after the commit, in this process only: for wake-ups, never for effects. It must not throw.</summary>
    public void OnCommitted(Action action)
    {
        _ = Transaction;
        _onCommitted.Add(action);
    }

    /// <summary>Runs the action when the transaction ends in any other way than by a commit that is known. It must not throw.</summary>
    internal void OnUndone(Action action)
    {
        _ = Transaction;
        _onUndone.Add(action);
    }

    internal void Enqueue(OutboxMessage message)
    {
        if (_transaction is null)
            throw new InvalidOperationException($"{message.MessageType} was published outside a transaction: call UnitOfWork.BeginAsync first.");
        lock (_outgoing) _outgoing.Add(message); // consumers may publish from tasks they await together
    }

    /// <summary>Rolls back what was not committed and gives the connection back.</summary>
    public ValueTask DisposeAsync() => ReleaseAsync();

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose()
    {
        _transaction?.Dispose();
        _connection?.Dispose();
        Forget();
    }

    async ValueTask ReleaseAsync()
    {
        var (connection, transaction) = (_connection, _transaction);
        Forget();
        // A broken connection makes the server roll back; disposing it then has nothing left to do and does not throw.
        if (transaction is not null) await transaction.DisposeAsync();
        if (connection is not null) await connection.DisposeAsync();
    }

    void Forget()
    {
        (_connection, _transaction) = (null, null);
        _outgoing.Clear();
        _onCommitted.Clear();
        foreach (var action in _onUndone) action();
        _onUndone.Clear();
    }

    static InvalidOperationException NotActive() => new("No transaction is open in this scope: call UnitOfWork.BeginAsync first.");
}
