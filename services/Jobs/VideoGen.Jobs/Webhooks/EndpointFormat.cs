namespace VideoGen.Jobs.Webhooks;

/// <summary>The shapes that an endpoint can be told in.</summary>
internal static class EndpointFormat
{
    /// <summary>The event as the feed has it.</summary>
    public const string Native = "native";

    /// <summary>What receivers written for VSL expect; ends of jobs only. See <see cref="VslEvent"/>.</summary>
    public const string Vsl = "vsl";

    public static IReadOnlyList<string> All { get; } = [Native, Vsl];
}
