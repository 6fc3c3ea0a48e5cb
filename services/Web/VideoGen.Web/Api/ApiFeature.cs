using VideoGen.ServiceDefaults.Resilience;

namespace VideoGen.Web.Api;

internal static class ApiFeature
{
    /// <summary>Longer than Jobs waits for the files that an input names by URL.</summary>
    static readonly TimeSpan SubmitTimeout = TimeSpan.FromSeconds(90);

    static readonly TimeSpan UploadTimeout = TimeSpan.FromMinutes(10);

    public static void AddApi(this WebApplicationBuilder builder)
    {
        builder.Services.AddServiceClient<JobsApiClient>("jobs", SubmitTimeout);
        builder.Services.AddServiceClient<AccountsApiClient>("accounts");
        builder.Services.AddServiceClient<ModelsApiClient>("providers");
        builder.Services.AddServiceClient<FilesApiClient>("storage", UploadTimeout);
    }
}
