using System.ComponentModel.DataAnnotations;

namespace VideoGen.Providers.Memory.ComfyUi;

/// <summary>A ComfyUI server, for models in its GPU's memory. Section <c>ComfyUI</c>.</summary>
internal sealed class ComfyUiOptions
{
    /// <summary>Its address, for example <c>http://127.0.0.1:8188</c>. Default none: there is no GPU.</summary>
    public Uri? Url { get; set; }

    /// <summary>Sent with every request, for a proxy before it that wants a credential. Default none.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; set; } = new Dictionary<string, string>();

    /// <summary>How long one answer may take. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a load under way is looked at. Default 0.5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>How long after an unload its effect is waited for; ComfyUI first ends what it is at. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan FreeWait { get; set; } = TimeSpan.FromSeconds(5);
}
