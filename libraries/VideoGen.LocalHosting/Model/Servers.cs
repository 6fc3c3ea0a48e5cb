namespace Aspire.Hosting.ApplicationModel;

/// <summary>A PostgreSQL server.</summary>
public sealed class PostgresServerResource : ContainerResource, IResourceWithConnectionString
{
    private const string DefaultUserName = "postgres";

    internal PostgresServerResource(string name, ParameterResource? userName, ParameterResource password) : base(name)
    {
        UserNameParameter = userName;
        PasswordParameter = password;
        PrimaryEndpoint = new(this, "tcp");
        UserNameReference = userName is null ? ReferenceExpression.Create($"{DefaultUserName}") : ReferenceExpression.Create($"{userName}");
        ConnectionStringExpression = ReferenceExpression.Create(
            $"Host={PrimaryEndpoint.Property(EndpointProperty.Host)};Port={PrimaryEndpoint.Property(EndpointProperty.Port)};Username={UserNameReference};Password={password}");
    }

    public EndpointReference PrimaryEndpoint { get; }

    public ParameterResource? UserNameParameter { get; }

    public ParameterResource PasswordParameter { get; }

    /// <summary>The superuser's name: the parameter, or <c>postgres</c>.</summary>
    public ReferenceExpression UserNameReference { get; }

    public ReferenceExpression ConnectionStringExpression { get; }

    internal List<PostgresDatabaseResource> Databases { get; } = [];
}

/// <summary>A database of a PostgreSQL server; made when missing.</summary>
public sealed class PostgresDatabaseResource : Resource, IResourceWithParent<PostgresServerResource>, IResourceWithConnectionString
{
    internal PostgresDatabaseResource(string name, string databaseName, PostgresServerResource parent) : base(name)
    {
        DatabaseName = databaseName;
        Parent = parent;
        ConnectionStringExpression = ReferenceExpression.Create($"{parent};Database={databaseName}");
    }

    public string DatabaseName { get; }

    public PostgresServerResource Parent { get; }

    public ReferenceExpression ConnectionStringExpression { get; }
}

/// <summary>A RabbitMQ broker.</summary>
public sealed class RabbitMQServerResource : ContainerResource, IResourceWithConnectionString
{
    private const string DefaultUserName = "guest";

    internal RabbitMQServerResource(string name, ParameterResource? userName, ParameterResource password) : base(name)
    {
        UserNameParameter = userName;
        PasswordParameter = password;
        PrimaryEndpoint = new(this, "tcp");
        UserNameReference = userName is null ? ReferenceExpression.Create($"{DefaultUserName}") : ReferenceExpression.Create($"{userName}");
        ConnectionStringExpression = ReferenceExpression.Create(
            $"amqp://{UserNameReference}:{password}@{PrimaryEndpoint.Property(EndpointProperty.Host)}:{PrimaryEndpoint.Property(EndpointProperty.Port)}");
    }

    public EndpointReference PrimaryEndpoint { get; }

    public ParameterResource? UserNameParameter { get; }

    public ParameterResource PasswordParameter { get; }

    /// <summary>The user's name: the parameter, or <c>guest</c>.</summary>
    public ReferenceExpression UserNameReference { get; }

    public ReferenceExpression ConnectionStringExpression { get; }
}
