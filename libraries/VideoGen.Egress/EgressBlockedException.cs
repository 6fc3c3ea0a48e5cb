namespace VideoGen.Egress;

/// <summary>A connection was refused before a socket was opened: the name leads to an address that must not be dialled.</summary>
public sealed class EgressBlockedException(string message) : HttpRequestException(message);
