using Microsoft.Extensions.Options;

namespace VideoGen.Gateway.Dialects.AiStudio;

/// <summary>Pages that the document names and that the gateway has at its own address: its documentation, the monitor.</summary>
internal static class Elsewhere
{
    public static Func<IOptions<PublicAddressOptions>, IResult> At(string path) =>
        options => Results.Redirect((options.Value.PublicUrl ?? "").TrimEnd('/') + path);
}
