namespace VideoGen.Gateway.Dialects.AiStudio;

/// <summary><c>GET /docs</c>, which the document mentions: the gateway's own documentation, at its own address.</summary>
internal static class DocumentationEndpoint
{
    public static IResult Handle(IConfiguration configuration) => Results.Redirect((configuration["Links:PublicUrl"] ?? "").TrimEnd('/') + "/docs");
}
