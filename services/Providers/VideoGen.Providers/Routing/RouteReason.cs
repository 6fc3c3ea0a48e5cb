using VideoGen.Providers.Attempts;

namespace VideoGen.Providers.Routing;

/// <summary>Says why a route is tried, in words that a customer may read. Pure.</summary>
internal static class RouteReason
{
    /// <param name="before">The job's attempts so far.</param>
    public static string Of(RouteStep.Try step, string connector, OrderedRoutes order, IReadOnlyList<AttemptRow> before)
    {
        if (before is not [.., var last])
            return step.Route == order.Routes[0] ? order.Why : "The providers before it take no more jobs at present.";
        var why = last.State == AttemptState.Absent ? "the work did not reach it" : last.Refusal?.Message.TrimEnd('.') ?? "it made nothing";
        return last.Connector == connector
            ? $"It is tried again after attempt {last.Number}: {why}." : $"It comes after {last.Connector}: {why}.";
    }
}
