using MassTransit;
using VideoGen.Durability.Worker.Contracts;

namespace VideoGen.Durability.Worker;

internal sealed class PackingConsumer(UnitOfWork work, IPublishEndpoint publish) : IConsumer<OrderPlaced>
{
    public async Task Consume(ConsumeContext<OrderPlaced> context)
    {
        await Effects.AddAsync(work, context.Message.OrderId, "packed", context.CancellationToken);
        CrashPoint.Hit("in-consumer");
        await publish.Publish(new OrderPacked(context.Message.OrderId), context.CancellationToken);
    }
}

internal sealed class ShippingConsumer(UnitOfWork work) : IConsumer<OrderPacked>
{
    public Task Consume(ConsumeContext<OrderPacked> context) =>
        Effects.AddAsync(work, context.Message.OrderId, "shipped", context.CancellationToken);
}

/// <summary>Takes the payment in one transaction with the completion of the work.</summary>
internal sealed class PaymentHandler(UnitOfWork work, IPublishEndpoint publish) : IDueWorkHandler
{
    public const string Kind = "payment";

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        await Effects.AddAsync(work, item.Id, "paid", ct);
        await publish.Publish(new OrderPaid(item.Id), ct);
        await item.CompleteAsync(work, ct);
        CrashPoint.Hit("in-handler");
        await work.CommitAsync(ct);
        return DueWorkResult.Handled;
    }
}

internal static class Effects
{
    const string EffectInsert = "insert into effect (order_id, what) values ($1, $2)";

    public static async Task AddAsync(UnitOfWork work, Guid order, string what, CancellationToken ct)
    {
        await using var command = work.Command(EffectInsert, order, what);
        await command.ExecuteNonQueryAsync(ct);
    }
}
