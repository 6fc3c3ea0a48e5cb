namespace VideoGen.Gateway.Limits;

/// <summary>
/// A request's body that must have come within a time. A caller is looked at when the request begins; without an end to the body, a
/// key that was revoked hours ago could still finish what it began. The server refuses silence by itself, so every read ends soon.
/// </summary>
internal sealed class TimedBody(Stream inner, TimeSpan longest, TimeProvider time) : ForwardStream
{
    readonly long _since = time.GetTimestamp();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        if (time.GetElapsedTime(_since) <= longest) return count;
        var fault = $"The body did not come within {longest.TotalMinutes} minutes.";
        throw new BadHttpRequestException(fault, StatusCodes.Status408RequestTimeout);
    }
}
