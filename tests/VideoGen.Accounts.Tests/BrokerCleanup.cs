using RabbitMQ.Client;
using VideoGen.Accounts.Contracts.Commands;
using VideoGen.Accounts.Contracts.Events;

namespace VideoGen.Accounts.Tests;

/// <summary>Removes what a hosted service leaves on the shared broker: its durable queues and exchanges.</summary>
internal static class BrokerCleanup
{
    static readonly Type[] Messages =
    [
        typeof(ConfirmHold), typeof(CaptureCredits), typeof(ReleaseCredits), typeof(HoldLost), typeof(CreditsCaptured),
        typeof(ApiKeyRevoked), typeof(PlanChanged),
    ];

    public static async Task RemoveAsync(string rabbitMq, string prefix, IReadOnlyList<string> endpoints)
    {
        var factory = new ConnectionFactory { Uri = new Uri(rabbitMq) };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var name in endpoints.Select(endpoint => endpoint.Split('/')[^1]).Where(name => name.Length > 0))
        {
            foreach (var queue in new[] { name, name + "_dead", name + "_error", name + "_skipped" })
            {
                await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false);
                await channel.ExchangeDeleteAsync(queue);
            }
        }
        foreach (var message in Messages) await channel.ExchangeDeleteAsync($"{prefix}-{message.Namespace}:{message.Name}");
    }
}
