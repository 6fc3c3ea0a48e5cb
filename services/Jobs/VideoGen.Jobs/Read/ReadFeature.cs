using System.Text;
using Microsoft.Extensions.Options;
using VideoGen.HttpApi.Links;
using LinkOptions = VideoGen.HttpApi.Links.LinkOptions;

namespace VideoGen.Jobs.Read;

/// <summary>Reading jobs.</summary>
internal static class ReadFeature
{
    public static void AddReads(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LinkOptions>().BindConfiguration("Links").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(provider => new LinkSigner(Encoding.UTF8.GetBytes(provider.GetRequiredService<IOptions<LinkOptions>>().Value.SigningKey)));
        builder.Services.AddSingleton<JobViews>();
        builder.Services.AddSingleton<ReadStore>();
    }
}
