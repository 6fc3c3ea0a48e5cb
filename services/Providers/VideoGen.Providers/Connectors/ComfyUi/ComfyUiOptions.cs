using System.ComponentModel.DataAnnotations;
using VideoGen.Providers.Connectors.Http;

namespace VideoGen.Providers.Connectors.ComfyUi;

/// <summary>A ComfyUI server, for example at <c>http://127.0.0.1:8188</c>. Section <c>Connectors:ComfyUi</c>.</summary>
internal sealed class ComfyUiOptions : VendorHttpOptions
{
    public const string Section = "Connectors:ComfyUi";

    public ComfyUiOptions()
    {
        // It is near, and people wait for its answers.
        ConnectTimeout = TimeSpan.FromSeconds(3);
        Timeout = TimeSpan.FromSeconds(5);
        MaxRetries = 1;
    }

    public override string Vendor => "ComfyUI";

    /// <summary>How often a load under way is looked at. Default 0.5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>How long after an unload its effect is waited for; ComfyUI first ends what it is at. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan FreeWait { get; set; } = TimeSpan.FromSeconds(5);
}
