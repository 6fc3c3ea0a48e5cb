using Microsoft.Extensions.Options;
using VideoGen.Accounts.ApiKeys;
using VideoGen.Accounts.Contracts;
using VideoGen.Accounts.Plans;
using VideoGen.Accounts.Users;
using VideoGen.Durability;

namespace VideoGen.Accounts.Demo;

/// <summary>
/// Makes the demo account and the operator's account at start. What exists stays as it is: a restart, and several instances
/// starting at once, change nothing, and a key that was revoked stays revoked.
/// </summary>
internal sealed class DemoWorker(
    IServiceScopeFactory scopes, AccountOpening opening, UserStore users, ApiKeyStore keys, Passwords passwords, PlanCatalog plans,
    IOptions<DemoOptions> options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var demo = options.Value;
        if (demo.Email.Length == 0) return;
        var customer = new Seed(demo.Email, "Demo", demo.Password, plans.Find(demo.Plan), IsOperator: false, [demo.ApiKey, demo.TestKey]);
        await SeedAsync(customer, cancellationToken);
        if (demo.OperatorKey.Length == 0) return;
        var plan = plans.Find(demo.Plan);
        await SeedAsync(new Seed(demo.OperatorAddress, "Operator", demo.OperatorPassword, plan, IsOperator: true, [demo.OperatorKey]), cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    async Task SeedAsync(Seed seed, CancellationToken ct)
    {
        var accountId = (await users.FindByEmailAsync(seed.Email, ct))?.AccountId ?? await OpenAsync(seed, ct);
        await using var scope = scopes.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync(ct);
        foreach (var secret in seed.Keys.Where(key => key.Length > 0))
        {
            var name = ApiKeyFormat.IsTest(secret) ? "Demo test key" : "Demo key";
            await keys.InsertAsync(work, accountId, new NewApiKey(Guid.CreateVersion7(), name, secret, Scope.All, ExpiresAt: null), ct);
        }
        await work.CommitAsync(ct);
    }

    async Task<Guid> OpenAsync(Seed seed, CancellationToken ct)
    {
        var hash = seed.Password.Length > 0 ? await passwords.HashAsync(seed.Password, ct) : null;
        await using var scope = scopes.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync(ct);
        if (await opening.OpenAsync(work, new NewAccount(seed.Email, seed.Name, hash, seed.Plan, seed.IsOperator), ct) is { } id)
        {
            await work.CommitAsync(ct);
            return id;
        }
        await work.RollbackAsync();
        var other = await users.FindByEmailAsync(seed.Email, ct); // another instance was faster
        return other?.AccountId ?? throw new InvalidOperationException($"The account of {seed.Email} can neither be found nor made.");
    }

    sealed record Seed(string Email, string Name, string Password, Plan Plan, bool IsOperator, IReadOnlyList<string> Keys);
}
