namespace VideoGen.Web.Operator;

/// <summary>What an operator should know, as <c>GET /admin/v1/alarms</c> tells it.</summary>
/// <param name="Kind"><c>work_lost</c> or <c>model_retires</c>.</param>
/// <param name="SettledAt">When it turned out how it ended; null while that is open.</param>
public sealed record AlarmShown(
    Guid Id, string Kind, string Subject, Guid? JobId, string Message, DateTimeOffset RaisedAt, DateTimeOffset? SettledAt, string? Outcome)
{
    public string KindWords => Kind switch
    {
        "work_lost" => "Work lost at a vendor",
        "model_retires" => "A model ends",
        _ => Kind.Replace('_', ' '),
    };
}
