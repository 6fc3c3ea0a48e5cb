using MassTransit;

namespace VideoGen.Durability.Worker.Contracts;

/// <summary>An order was placed.</summary>
public sealed record OrderPlaced(Guid OrderId);

/// <summary>An order was packed.</summary>
public sealed record OrderPacked(Guid OrderId);

/// <summary>An order was paid.</summary>
public sealed record OrderPaid(Guid OrderId);

/// <summary>The order's reminder has come.</summary>
public sealed record ReminderDue(Guid CorrelationId) : CorrelatedBy<Guid>;
