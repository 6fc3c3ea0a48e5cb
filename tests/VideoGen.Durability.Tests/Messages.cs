namespace VideoGen.Durability.Tests.Contracts.Events
{
    public sealed record ThingHappened(Guid Id, string Text = "");

    public sealed record ThingFollowed(Guid Id);

    public sealed record NobodyListens(Guid Id);
}

namespace VideoGen.Durability.Tests.Contracts.Commands
{
    public sealed record DoThing(Guid Id);
}
