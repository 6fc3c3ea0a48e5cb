namespace VideoGen.Gateway.Dialects.AiStudio;

/// <summary>Pages that the document names and that the gateway has at its own address: its documentation, the monitor.</summary>
internal static class Elsewhere
{
    public static Func<IConfiguration, IResult> At(string path) =>
        configuration => Results.Redirect((configuration["Links:PublicUrl"] ?? "").TrimEnd('/') + path);
}
