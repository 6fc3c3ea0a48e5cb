using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using VideoGen.Durability;
using VideoGen.HttpApi;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.Storage.Contracts;
using VideoGen.Storage.Retention;
using VideoGen.Testing;

namespace VideoGen.Storage.Tests.Hosting;

/// <summary>The real service on a real port, with a schema, a bus prefix and a folder of its own.</summary>
internal sealed class StorageApplication : IAsyncDisposable
{
    static readonly CallerToken Tokens = new(Options.Create(new CallerOptions { SigningKey = Keys.Caller }), TimeProvider.System);

    readonly WebApplication _app;

    StorageApplication(StorageSettings settings, WebApplication app)
    {
        (Settings, _app) = (settings, app);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public StorageSettings Settings { get; }

    /// <summary>A client without a caller.</summary>
    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public TestDatabase Database => Settings.Database;

    public string Folder => Settings.Folder;

    /// <summary>Starts the service.</summary>
    /// <param name="more">Settings such as <c>Storage:MaxUploadBytes=1000</c>.</param>
    public static async Task<StorageApplication> StartAsync(params string[] more)
    {
        var settings = await StorageSettings.CreateAsync(more);
        var app = StorageService.Build(settings.Arguments);
        await app.Services.GetRequiredService<MigrationRunner>().RunAsync();
        await app.StartAsync();
        // What is published before its queues are there reaches nobody.
        await app.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromMinutes(1));
        return new StorageApplication(settings, app);
    }

    /// <summary>A header value that stands for an account, with both scopes unless told.</summary>
    public static string TokenOf(Guid accountId, params string[] scopes) => Tokens.Issue(new Caller(
        accountId, UserId: null, KeyId: Guid.CreateVersion7(), Test: false, "pro", scopes.Length > 0 ? scopes : ["assets:read", "assets:write"], IsOperator: false));

    /// <summary>The same, of an account whose plan keeps files for so many days; null for ever.</summary>
    public static string TokenOf(Guid accountId, int? retentionDays) => Tokens.Issue(new Caller(
        accountId, UserId: null, KeyId: Guid.CreateVersion7(), Test: false, "pro", ["assets:read", "assets:write"], IsOperator: false, retentionDays));

    public static string TokenOf(Caller caller) => Tokens.Issue(caller);

    public static string ServiceToken() => Tokens.Issue(caller: null);

    /// <summary>Sends a request as an account; as one of our services when null.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, Guid? accountId, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add(CallerToken.Header, accountId is { } id ? TokenOf(id) : ServiceToken());
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Uploads a file as a form, as a browser would.</summary>
    public Task<HttpResponseMessage> UploadAsync(Guid accountId, byte[] bytes, string name, string? mediaType = null) =>
        SendAsync(HttpMethod.Post, "/v1/uploads", accountId, FormOf(new ByteArrayContent(bytes), name, mediaType));

    public async Task<AssetView> UploadGoodAsync(Guid accountId, byte[] bytes, string name)
    {
        using var answer = await UploadAsync(accountId, bytes, name);
        Assert.That((int)answer.StatusCode, Is.EqualTo(201), await answer.Content.ReadAsStringAsync());
        return await ReadAsync<AssetView>(answer);
    }

    /// <summary>A form as browsers and curl write it: the name in UTF-8, its quotes escaped.</summary>
    public static MultipartFormDataContent FormOf(HttpContent file, string name, string? mediaType = null)
    {
        if (mediaType is not null) file.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        file.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"file\"; filename=\"{name.Replace("\"", "\\\"")}\"");
        var form = new MultipartFormDataContent { HeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        form.Add(file);
        return form;
    }

    public static async Task<T> ReadAsync<T>(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<T>(ApiJson.Options))!;

    /// <summary>The path and query of a public link, which leads to the gateway, asked here.</summary>
    public Task<HttpResponseMessage> FollowAsync(string link) => Http.GetAsync(new Uri(link).PathAndQuery, HttpCompletionOption.ResponseHeadersRead);

    /// <summary>Runs in a unit of work of its own and commits.</summary>
    public async Task InTransactionAsync(Func<IServiceProvider, UnitOfWork, Task> act)
    {
        await using var scope = Services.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync();
        await act(scope.ServiceProvider, work);
        await work.CommitAsync();
    }

    public T Service<T>() where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Runs the clearing by time now, beside the one that the service runs.</summary>
    public async Task ClearByTimeAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<WorkFolderRetention>().RunAsync(default);
        await scope.ServiceProvider.GetRequiredService<AssetRetention>().RunAsync(default);
    }

    /// <summary>Every file of the object store; files in the making when asked for.</summary>
    public string[] Files(string folder = "objects") => Directory.Exists(Path.Combine(Folder, folder))
        ? Directory.GetFiles(Path.Combine(Folder, folder), "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
        : [];

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Settings.DisposeAsync();
    }
}
